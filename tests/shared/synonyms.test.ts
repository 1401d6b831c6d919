import { expect, test } from "vitest";
import { isOptionName, isTermOf, meaningOf } from "../../shared/texts/synonyms.ts";

test("a term means the same in either language, whatever its case and accents", () => {
  expect(meaningOf("answer", "Going")).toBe("yes");
  expect(meaningOf("answer", "Sí")).toBe("yes");
  expect(meaningOf("answer", "TAL  VEZ")).toBe("maybe");
  expect(meaningOf("answer", "+1")).toBe("plus");
  expect(meaningOf("weekday", "sabado")).toBe("6");
});

test("a term of one group means nothing in another, and neither do the names of objects' own parts", () => {
  expect(meaningOf("gift-verb", "voy")).toBeUndefined();
  for (const typed of ["toString", "__proto__", "constructor", ""])
    expect(meaningOf("answer", typed)).toBeUndefined();
  expect(isTermOf("off", "ninguno")).toBe(true);
  expect(isTermOf("off", "on")).toBe(false);
});

test("an option has its own name and its synonyms", () => {
  expect(isOptionName("zone", "TZ")).toBe(true);
  expect(isOptionName("zone", "zona")).toBe(true);
  expect(isOptionName("zone", "zones")).toBe(false);
  expect(isOptionName("nothing", "zona")).toBe(false);
});

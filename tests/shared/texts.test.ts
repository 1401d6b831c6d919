import { readdirSync, readFileSync } from "node:fs";
import { parse, type MessageFormatElement, TYPE } from "@formatjs/icu-messageformat-parser";
import { expect, test } from "vitest";
import { refusalCodes } from "../../shared/refusals.ts";
import en from "../../shared/texts/en.json" with { type: "json" };
import es from "../../shared/texts/es.json" with { type: "json" };
import { isTextKey, localeOf, texts } from "../../shared/texts/index.ts";

/** The placeholders of a text, also those inside plurals and selects. */
function placeholders(text: string): string[] {
  const names = new Set<string>();
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type !== TYPE.literal && element.type !== TYPE.pound) names.add(element.value);
      if ("options" in element)
        for (const option of Object.values(element.options)) walk(option.value);
    }
  };
  walk(parse(text, { ignoreTag: true }));
  return [...names].toSorted();
}

test("both languages have the same keys in the same order", () => {
  expect(Object.keys(es)).toEqual(Object.keys(en));
});

test.each(Object.keys(en))("%s takes the same values in both languages", (key) => {
  if (!isTextKey(key)) throw new Error(key);
  expect(placeholders(es[key])).toEqual(placeholders(en[key]));
});

test("every refusal has its words", () => {
  for (const code of refusalCodes) expect(isTextKey(`refusal.${code}`)).toBe(true);
});

test("no text is left in the other language by mistake", () => {
  const same = Object.keys(en).filter((key) => isTextKey(key) && en[key] === es[key]);
  expect(same.toSorted()).toEqual(
    [
      "answer.no",
      "calendar.file",
      "channel.agenda",
      "channel.off.example",
      "kind.agenda",
      "language.en",
      "language.es",
      "link.page.no",
      "org.none.example",
      "usage.org",
      "usage.org.mirror",
    ].toSorted(),
  );
});

test("no text is left that nothing says", () => {
  const folders = [
    "shared",
    "bots/telegram",
    "bots/discord",
    "bots/pictures",
    "bots",
    "convex",
    "convex/routes",
  ];
  const source = folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: folder === "shared", withFileTypes: true }),
    )
    .filter((file) => file.isFile() && file.name.endsWith(".ts"))
    .map((file) => readFileSync(`${file.parentPath}/${file.name}`, "utf8"))
    .join("\n");
  // Keys that end in data: `kind.${kind}` stands for all of them.
  // The choices of an option have texts under its name, in Discord's command menu.
  const families = [...source.matchAll(/`([a-z.-]+\.)\$\{/g)]
    .map(([, family]) => family ?? "")
    .concat("when.", "action.", "answer.");
  const unused = Object.keys(en).filter(
    (key) => !source.includes(`"${key}"`) && !families.some((family) => key.startsWith(family)),
  );
  expect(unused).toEqual([]);
});

test("plurals follow the language", () => {
  expect(texts("en")("event.going", { count: 1 })).toBe("1 is registered on its page");
  expect(texts("es")("event.going", { count: 3 })).toBe("3 personas inscritas en su página");
});

test("a platform's language tag is read by its first part, and an unknown one is not guessed", () => {
  expect(localeOf("es-419")).toBe("es");
  expect(localeOf("en-GB")).toBe("en");
  expect(localeOf("de")).toBeUndefined();
  expect(localeOf(undefined)).toBeUndefined();
});

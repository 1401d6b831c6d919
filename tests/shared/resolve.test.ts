import { expect, test } from "vitest";
import { reply } from "../../shared/commands/reply.ts";
import type { Reply } from "../../shared/commands/command.ts";
import { resolve, type Search } from "../../shared/commands/resolve.ts";

const names = ["Ana", "Ana Sol", "Mia Fischer", "Mia Fischer Ruiz", "Leo", "Leo"];

async function meaning(typed: string, more: Partial<Search<string>> = {}): Promise<string> {
  const say = (text: string): Reply => reply({ lines: [[text]] });
  const resolved = await resolve<string>({
    typed,
    find: (name) => names.filter((one) => one.toLowerCase().includes(name.toLowerCase())),
    isExact: (one, name) => one.toLowerCase() === name.toLowerCase(),
    none: () => say("nobody"),
    which: (found) => say(`which: ${found.join(", ")}`),
    ...more,
  });
  if ("ask" in resolved) {
    const [first] = resolved.ask.message.lines?.[0] ?? [];
    return typeof first === "string" ? first : "";
  }
  return [resolved.found, resolved.rest].filter(Boolean).join(" | ");
}

test("an exact name is meant, whatever else contains it", async () => {
  expect(await meaning("ana")).toBe("Ana");
  expect(await meaning("mia fischer")).toBe("Mia Fischer");
});

test("the only near name is meant; of several the person chooses, and nobody is said", async () => {
  expect(await meaning("sol")).toBe("Ana Sol");
  expect(await meaning("fisch")).toBe("which: Mia Fischer, Mia Fischer Ruiz");
  expect(await meaning("leo")).toBe("which: Leo, Leo");
  expect(await meaning("zoe")).toBe("nobody");
});

test("the longest name among the first words is meant, and the rest is something else", async () => {
  const several = { maxNameWords: 3 };
  expect(await meaning("mia fischer too short", several)).toBe("Mia Fischer | too short");
  expect(await meaning("ana too short a reason", several)).toBe("Ana | too short a reason");
  expect(await meaning("sol too short", several)).toBe("Ana Sol | too short");
});

test("what was not typed is asked for, or stands for everything", async () => {
  expect(await meaning("  ", { missing: () => reply({ lines: [["who?"]] }) })).toBe("who?");
  expect(await meaning("", { find: () => ["Only"] })).toBe("Only");
});

test("a near name that is not sure is offered, even if it is the only one", async () => {
  expect(await meaning("sol", { isSure: () => false })).toBe("which: Ana Sol");
});

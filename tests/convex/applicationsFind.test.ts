import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { places, talk, wordsOf } from "../support/access/chats.ts";
import {
  applyAs,
  decideAs,
  moderator,
  plazaWithModerators,
  secondModerator,
} from "../support/convex/applications.ts";
import { as, rows, type Plaza } from "../support/convex/plaza.ts";

// Whom a moderator means.

const people = [
  { name: "Mia", handle: "Mia_One" },
  { name: "Mia Fischer", handle: "fisch" },
  { name: "José Ñandú", otherNames: "pepe" },
  { name: "🦊 Fox", handle: "foxy" },
  { name: "Ana" },
  { name: "Ana" },
  { name: "Zoë" },
];

async function plazaWithPeople(): Promise<Plaza> {
  const t = await plazaWithModerators();
  for (const [index, one] of people.entries()) await applyAs(t, `telegram:${900 + index}`, one);
  return t;
}

describe("who is found", () => {
  test.each<[string, string[]]>([
    ["mia_one", ["Mia"]],
    ["@Mia_One", ["Mia"]],
    ["Mia", ["Mia"]],
    ["mia", ["Mia"]],
    ["Mia Fischer", ["Mia Fischer"]],
    ["MIA FISCHER", ["Mia Fischer"]],
    ["fischer", ["Mia Fischer"]],
    ["josé ñandú", ["José Ñandú"]],
    ["jose nandu", ["José Ñandú"]],
    ["jose", ["José Ñandú"]],
    ["pepe", ["José Ñandú"]],
    ["🦊 Fox", ["🦊 Fox"]],
    ["ana", ["Ana", "Ana"]],
    ["zoë", ["Zoë"]],
    ["nobody", []],
    ["", []],
    ["   ", []],
  ])("by %j", async (who, expected) => {
    const t = await plazaWithPeople();
    const found = await as(t, moderator).query(api.applications.find, { who });
    expect(found.map(({ name }) => name)).toEqual(expected);
  });
});

test("an application is found by its id, decided or not", async () => {
  const t = await plazaWithPeople();
  const [first] = await rows(t, "applications");
  if (!first) throw new Error("there is no application");
  await decideAs(t, moderator, first._id);
  const found = await as(t, moderator).query(api.applications.find, { who: ` ${first._id} ` });
  expect(found).toMatchObject([{ _id: first._id, status: "approved" }]);
});

test("those who wait are meant before those who were decided", async () => {
  const t = await plazaWithPeople();
  const [, , , , ana] = await rows(t, "applications");
  if (!ana) throw new Error("there is no application");
  await decideAs(t, moderator, ana._id, "reject");
  const found = async () => await as(t, moderator).query(api.applications.find, { who: "ana" });
  expect(await found()).toMatchObject([{ status: "pending" }]);
  const [other] = await found();
  if (other) await decideAs(t, moderator, other._id);
  expect((await found()).map(({ status }) => status)).toEqual(["rejected", "approved"]);
});

test("an exact name is found among many that begin like it, and five are offered at most", async () => {
  const t = await plazaWithModerators();
  for (let number = 0; number < 12; number++)
    await applyAs(t, `telegram:${900 + number}`, { name: `Mia ${number}` });
  await applyAs(t, "telegram:950", { name: "Mia" });
  const find = async (who: string) =>
    (await as(t, moderator).query(api.applications.find, { who })).map(({ name }) => name);
  expect(await find("mia")).toEqual(["Mia"]);
  expect(await find("mi")).toHaveLength(5);
});

describe("what is suggested while a moderator types", () => {
  test.each<[string, string[]]>([
    ["mi", ["Mia", "Mia Fischer"]],
    ["fo", ["🦊 Fox"]],
    ["pep", ["José Ñandú"]],
    ["@fox", ["🦊 Fox"]],
    ["q", []],
  ])("%j", async (typed, expected) => {
    const t = await plazaWithPeople();
    const found = await as(t, moderator).query(api.applications.suggest, { typed });
    expect(found.map(({ name }) => name)).toEqual(expected);
  });

  test("without a letter the longest waiting, at most 25, and nobody who is decided", async () => {
    const t = await plazaWithModerators();
    for (let number = 0; number < 30; number++)
      await applyAs(t, `telegram:${900 + number}`, { name: `Person ${number}` });
    const [first] = await rows(t, "applications");
    if (first) await decideAs(t, moderator, first._id);
    const found = await as(t, moderator).query(api.applications.suggest, { typed: " " });
    expect(found.map(({ name }) => name)).toEqual(
      Array.from({ length: 25 }, (_one, index) => `Person ${index + 1}`),
    );
    expect(Object.keys(found[0] ?? {}).sort()).toEqual(["_id", "name"]);
  });
});

test("ten are shown, and all are counted up to a hundred", async () => {
  const t = await plazaWithModerators();
  for (let number = 0; number < 12; number++)
    await applyAs(t, `telegram:${900 + number}`, { name: `Person ${number}` });
  const { shown, count } = await as(t, moderator).query(api.applications.pending, {});
  expect({ shown: shown.length, count, first: shown[0]?.name }).toEqual({
    shown: 10,
    count: 12,
    first: "Person 0",
  });
});

describe("/approve and /reject by name", () => {
  test.each<[string, string[], string, string | undefined]>([
    ["approve", ["@mia_one"], "Mia approved", undefined],
    ["approve", ["Mia", "Fischer"], "Mia Fischer approved", undefined],
    ["reject", ["Mia", "Fischer", "too", "short"], "Mia Fischer rejected", "too short"],
    ["reject", ["🦊", "Fox", "no"], "🦊 Fox rejected", "no"],
    ["reject", ["zoë", "no"], "Zoë rejected", "no"],
  ])("/%s %s", async (command, words, expected, reason) => {
    const t = await plazaWithPeople();
    await talk(t, moderator).command(command, { words });
    const decided = (await rows(t, "applications")).filter(({ status }) => status !== "pending");
    expect(decided.map(({ name, status }) => `${name} ${status}`)).toEqual([expected]);
    expect(decided[0]?.reason).toBe(reason);
  });

  test("of two who are called the same, the moderator chooses", async () => {
    const t = await plazaWithPeople();
    const message = await talk(t, moderator).command("approve", { words: ["ana"] });
    expect(message.buttons).toHaveLength(2);
    expect((await rows(t, "applications")).every(({ status }) => status === "pending")).toBe(true);
  });

  test("a second approval changes nothing and says who was first", async () => {
    const t = await plazaWithPeople();
    await talk(t, moderator).command("approve", { words: ["zoë"] });
    const message = await talk(t, secondModerator, places["Discord in private"]).command(
      "approve",
      { words: ["zoë"] },
    );
    expect(wordsOf(message)).toContain("Name of telegram:801");
    const log = (await rows(t, "auditLog")).filter(({ action }) => action === "approved");
    expect(log).toHaveLength(1);
  });
});

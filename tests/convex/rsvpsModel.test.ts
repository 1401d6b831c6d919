// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import {
  countedIn,
  countsIn,
  maybe,
  no,
  plazaWithJam,
  plusOne,
  toldOf,
  yes,
} from "../support/convex/rsvps.ts";
import { linkWith } from "../support/convex/linkedAccounts.ts";
import { makePerson } from "../support/convex/people.ts";
import { as, leo, minute, pass, type Plaza, rows, settled } from "../support/convex/plaza.ts";

// Random lives of an event with few seats, beside a line on paper: what is said, by people with one
// chat, with two, and with two that turn out to be one; seats that come and go; people who leave or
// are barred. After each step the rows say what the paper says.

const people = ["telegram:1", "telegram:2", "telegram:3", "telegram:4", "telegram:5", "discord:6"];
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      who: fc.nat(people.length - 1),
      wish: fc.constantFrom(yes, yes, plusOne, plusOne, maybe, no),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("limit" as const),
      seats: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(null)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ban" as const), who: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who: fc.nat(1) }) },
  // A bare account gets a user of its own, and its next one may be another's.
  { weight: 2, arbitrary: fc.record({ do: fc.constant("link" as const), who: fc.nat(5) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

type OnPaper = { who: string; answer: "going" | "maybe" | "not"; guests: number };
/** Seats in no order; the line in its order; what else was said. */
type Paper = { seated: OnPaper[]; line: OnPaper[]; seats: number; told: string[] };

function taken({ seated }: Paper): number {
  return seated.reduce((sum, { guests }) => sum + 1 + guests, 0);
}

/** Lets in as many as fit, the first first; whoever is answered anyway is not told. */
function letIn(paper: Paper, answered?: string): void {
  for (;;) {
    const [first] = paper.line;
    if (!first || taken(paper) + 1 + first.guests > paper.seats) return;
    paper.line.shift();
    paper.seated.push(first);
    if (first.who !== answered) paper.told.push(first.who);
  }
}

function sayOnPaper(paper: Paper, who: string, wish: Omit<OnPaper, "who">): void {
  const seat = paper.seated.find((one) => one.who === who);
  const place = paper.line.find((one) => one.who === who);
  if (wish.answer !== "going") {
    dropOnPaper(paper, who);
    return;
  }
  const free = paper.seats - taken(paper);
  const others = paper.line.filter((one) => one.who !== who).length;
  if (seat) {
    if (wish.guests <= seat.guests || (others === 0 && free >= 1)) seat.guests = wish.guests;
  } else if (place) place.guests = wish.guests;
  else paper.line.push({ who, ...wish });
  letIn(paper, who);
}

function dropOnPaper(paper: Paper, who: string): void {
  paper.seated = paper.seated.filter((one) => one.who !== who);
  paper.line = paper.line.filter((one) => one.who !== who);
  letIn(paper);
}

/** Lives through the steps; what the paper says differently, after the step at which it did. */
async function live(steps: Step[], seats: number): Promise<string[]> {
  const { t, say, limit } = await plazaWithJam(undefined, seats);
  const paper: Paper = { seated: [], line: [], seats, told: [] };
  const users = new Map<string, Doc<"users">>();
  const gone = new Set<string>();
  for (const one of steps) {
    const who = "who" in one ? (people[one.who] ?? "") : "";
    if (gone.has(who)) continue;
    const before = taken(paper);
    if (one.do === "say") {
      await say(who, one.wish);
      sayOnPaper(paper, who, { guests: 0, ...one.wish });
    } else if (one.do === "limit") {
      await limit(one.seats);
      paper.seats = one.seats ?? Infinity;
      letIn(paper);
    } else if (one.do === "link") {
      if (!users.has(who)) users.set(who, await linkWith(t, who));
    } else {
      const user = users.get(who) ?? (await linkWith(t, who));
      if (one.do === "leave") await as(t, who).mutation(api.users.softDelete, {});
      else await as(t, leo).mutation(api.users.setStatus, { userId: user._id, event: "ban" });
      gone.add(who);
      dropOnPaper(paper, who);
    }
    await pass(t, 1000);
    const wrong = await differences(t, paper);
    // Seats are given within the limit; above it are those alone who were there before.
    if (taken(paper) > Math.max(paper.seats, before)) wrong.push("more than there are seats");
    if (wrong.length > 0) return [...wrong, `after ${JSON.stringify(one)}`];
  }
  return [];
}

/** What of the rows is not as the paper has it. */
async function differences(t: Plaza, paper: Paper): Promise<string[]> {
  const all = (await rows(t, "rsvps")).filter(({ answer }) => answer === "going");
  const short = ({ account, guests }: Doc<"rsvps">) => `${account} ${guests}`;
  const onPaper = ({ who, guests }: OnPaper) => `${who} ${guests}`;
  const line = all.filter(({ isWaiting }) => isWaiting).sort((a, b) => a.since - b.since);
  const seated = all.filter(({ isWaiting }) => !isWaiting);
  const compared = {
    line: [line.map(short), paper.line.map(onPaper)],
    seated: [seated.map(short).sort(), paper.seated.map(onPaper).sort()],
    counts: [await countsIn(t), await countedIn(t)],
    told: [await toldOf(t, "seat"), paper.told],
  };
  return Object.entries(compared)
    .filter(([, [is, should]]) => JSON.stringify(is) !== JSON.stringify(should))
    .map(([name, pair]) => `${name}: ${JSON.stringify(pair)}`);
}

test("nobody sits where there is no seat, nobody is passed, and the counts are the rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, seats) => {
        try {
          expect(await live(steps, seats)).toEqual([]);
        } finally {
          vi.useRealTimers();
        }
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ["two seats become one", yes, plusOne, 3, "goes +1", 2],
  ["a seat outweighs a place in the line", yes, plusOne, 1, "goes", 1],
  ["what is said later counts", plusOne, maybe, 4, "maybe", 0],
  ["two places become the better one", plusOne, plusOne, 0, "waits +1", 0],
] as const)("of two answers of one person: %s", async (_, first, second, seats, word, going) => {
  const { t, say } = await plazaWithJam(undefined, Math.max(1, seats));
  if (seats === 0) await say("telegram:9", yes);
  await say("telegram:1", first);
  await pass(t, minute);
  await say("discord:2", second);
  await linkWith(t, "telegram:1", "discord:2");
  await settled(t);
  const [mine, ...others] = (await rows(t, "rsvps")).filter(({ userId }) => userId);
  expect(others).toEqual([]);
  const bare = mine?.answer === "going" ? (mine.isWaiting ? "waits" : "goes") : mine?.answer;
  expect(mine && mine.guests > 0 ? `${bare} +1` : bare).toBe(word);
  expect((await countsIn(t)).going).toBe(going + (seats === 0 ? 1 : 0));
  expect(await countsIn(t)).toEqual(await countedIn(t));
});

test.each([
  ["linked", ["telegram:1"]],
  ["linked, two of them", ["telegram:1", "discord:2"]],
] as const)(
  "an answer while the rows of an account are still %s takes no second seat",
  async (_, chats) => {
    const { t, say } = await plazaWithJam(undefined, 2);
    for (const chat of chats) await say(chat, yes);
    // As in the middle of linking: the accounts have their user, the rows wait for their batch.
    await makePerson(t, { accountStatus: "active", chats: [...chats] });
    await say("telegram:1", plusOne);
    expect(await rows(t, "rsvps")).toHaveLength(1);
    expect(await countsIn(t)).toEqual({ going: 2, maybe: 0, waiting: 0 });
    expect(await countsIn(t)).toEqual(await countedIn(t));
  },
);

test("two quick presses, in two chats of one person, are one seat", async () => {
  const { t, say } = await plazaWithJam(undefined, 3);
  await makePerson(t, { accountStatus: "active", chats: ["telegram:1", "discord:2"] });
  const presses = ["telegram:1", "discord:2", "telegram:1", "discord:2"];
  await Promise.all(presses.map(async (chat) => await say(chat, plusOne)));
  expect(await rows(t, "rsvps")).toHaveLength(1);
  expect(await countsIn(t)).toEqual({ going: 2, maybe: 0, waiting: 0 });
});

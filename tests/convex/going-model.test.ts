// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { countedIn, countsIn, maybe, no, plazaWithJam, plusOne, toldOf, yes } from "./going.ts";
import { linkWith } from "./linked.ts";
import { makePerson } from "./people.ts";
import { minute, pass, type Plaza, rows, settled } from "./setup.ts";
import { api } from "../../convex/_generated/api.js";
import { as, leo } from "./setup.ts";

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
type Paper = { seated: OnPaper[]; line: OnPaper[]; seats: number };

function taken({ seated }: Paper): number {
  return seated.reduce((sum, { guests }) => sum + 1 + guests, 0);
}

/** Lets in as many as fit, the first first. */
function letIn(paper: Paper): string[] {
  const lucky: string[] = [];
  for (;;) {
    const [first] = paper.line;
    if (!first || taken(paper) + 1 + first.guests > paper.seats) return lucky;
    paper.line.shift();
    paper.seated.push(first);
    lucky.push(first.who);
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
  letIn(paper);
}

function dropOnPaper(paper: Paper, who: string): void {
  paper.seated = paper.seated.filter((one) => one.who !== who);
  paper.line = paper.line.filter((one) => one.who !== who);
  letIn(paper);
}

async function live(steps: Step[], seats: number): Promise<void> {
  const { t, say, limit } = await plazaWithJam(undefined, seats);
  const paper: Paper = { seated: [], line: [], seats };
  const users = new Map<string, Awaited<ReturnType<typeof makePerson>>>();
  const gone = new Set<string>();
  let promoted = 0;
  for (const one of steps) {
    const who = "who" in one ? (people[one.who] ?? "") : "";
    if (gone.has(who)) continue;
    if (one.do === "say") {
      const before = taken(paper);
      await say(who, one.wish);
      sayOnPaper(paper, who, { guests: 0, ...one.wish });
      // Seats are given within the limit; above it there are those alone who were there before.
      expect(taken(paper)).toBeLessThanOrEqual(Math.max(paper.seats, before));
    } else if (one.do === "limit") {
      await limit(one.seats);
      paper.seats = one.seats ?? Infinity;
      promoted += letIn(paper).length;
    } else if (one.do === "link") {
      if (users.has(who)) continue;
      users.set(who, await linkWith(t, who));
    } else {
      const user = users.get(who) ?? (await linkWith(t, who));
      if (one.do === "leave") await as(t, who).mutation(api.users.softDelete, {});
      else await as(t, leo).mutation(api.users.setStatus, { userId: user._id, event: "ban" });
      gone.add(who);
      dropOnPaper(paper, who);
    }
    await settled(t);
    await check(t, paper);
  }
  expect((await toldOf(t, "seat")).length).toBeGreaterThanOrEqual(promoted);
}

async function check(t: Plaza, paper: Paper): Promise<void> {
  const all = (await rows(t, "rsvps")).filter(({ answer }) => answer === "going");
  const short = ({ account, guests }: { account: string; guests: number }) =>
    `${account} ${guests}`;
  const line = all.filter(({ isWaiting }) => isWaiting).sort((a, b) => a.since - b.since);
  expect(line.map(short)).toEqual(paper.line.map(({ who, guests }) => `${who} ${guests}`));
  const seated = all.filter(({ isWaiting }) => !isWaiting).map(short);
  expect(seated.sort()).toEqual(paper.seated.map(({ who, guests }) => `${who} ${guests}`).sort());
  expect(await countsIn(t)).toEqual(await countedIn(t));
}

test("nobody sits where there is no seat, nobody is passed, and the counts are the rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, seats) => {
        try {
          await live(steps, seats);
        } finally {
          vi.useRealTimers();
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

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

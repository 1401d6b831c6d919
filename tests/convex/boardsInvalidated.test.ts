// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { freshSync } from "../../convex/model/sync/syncState.ts";
import { viewOf } from "../../convex/model/kinds/board.ts";
import { beginRun } from "../../convex/model/giving/run.ts";
import { addBoard, makeWall, onlyBoard } from "../support/convex/boards.ts";
import { finish, makeCharity, makeGiver, pay, thisWeek } from "../support/convex/givers.ts";
import {
  as,
  begin,
  day,
  eventNamed,
  everything,
  hour,
  leo,
  makeOrganization,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

// Whatever changes what a board shows marks it, in the same transaction; what changes nothing marks
// nothing.

const names = ["a", "b", "c", "d"];
const name = fc.constantFrom(...names);
const org = fc.nat(1);
const at = fc.integer({ min: -5, max: 60 }).map((hours) => begin + hours * hour);
const entry = fc.record(
  {
    name,
    at,
    title: fc.constantFrom("Jam", "Talk", "Walk"),
    location: fc.constantFrom("Here", "There"),
    description: fc.constantFrom("One", "Two"),
    cancelled: fc.boolean(),
    isPrivate: fc.boolean(),
  },
  { requiredKeys: ["name", "at"] },
);
type Entry = typeof entry extends fc.Arbitrary<infer E> ? E : never;

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("page" as const),
      org,
      entries: fc.array(entry, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("look" as const), org, seen: fc.subarray(names) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("update" as const),
      name,
      changes: fc.record(
        {
          title: fc.constantFrom("Party", "Jam"),
          startDate: at,
          description: fc.constantFrom("Other", "Two"),
          isPublished: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      cancel: fc.constantFrom(undefined, undefined, true, false),
      isFeatured: fc.constantFrom(undefined, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("create" as const), org, at }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("rename" as const),
      org,
      to: fc.constantFrom("Club", "Casa", "Plaza"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("calendar" as const), org }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("clock" as const),
      hours: fc.integer({ min: 1, max: 12 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(t: Plaza, orgs: Id<"organizations">[], step: Step): Promise<void> {
  const admin = as(t, leo);
  const idOf = async (called: string) =>
    (await rows(t, "events")).find(({ lumaSlug }) => lumaSlug === called)?._id;
  const orgId = "org" in step ? orgs[step.org]! : orgs[0]!;
  switch (step.do) {
    case "page": {
      const events = step.entries.map((one) => luma(one));
      await t.mutation(internal.events.mutations.upsertEvents, { orgId, events, refused: [] });
      return;
    }
    case "look": {
      const seen = (await Promise.all(step.seen.map(idOf))).filter((id) => id !== undefined);
      // What a first look does not find is noted; what a second one does not find either is gone.
      for (let looks = 0; looks < 2; looks++) {
        const state = { ...freshSync(Date.now(), true), seen };
        await t.mutation(internal.events.mutations.finishSync, { orgId, state });
        advance(1);
      }
      return;
    }
    case "update": {
      const eventId = await idOf(step.name);
      const { changes, cancel, isFeatured } = step;
      const also = { ...(cancel !== undefined && { cancel }), ...(isFeatured && { isFeatured }) };
      if (eventId) await admin.mutation(api.events.mutations.update, { eventId, changes, ...also });
      return;
    }
    case "create": {
      const event = { title: "New", startDate: step.at, lumaUrl: `https://luma.com/${step.at}` };
      await admin.mutation(api.events.mutations.create, { orgId, event });
      return;
    }
    case "rename":
      await admin.mutation(api.organizations.change, { orgId, name: step.to });
      return;
    case "calendar":
      await admin.mutation(api.organizations.change, { orgId, luma: "luma.com/other" });
      return;
    case "clock":
      await t.mutation(internal.clock.updateStatuses, {});
  }
}

function luma({ name, at, ...more }: Entry) {
  return said(name, at, { endDate: at + 2 * hour, ...more });
}

/** What every board would show now, by its scope. */
async function views(t: Plaza): Promise<Record<string, string>> {
  return await t.run(async (ctx) => {
    const boards = await ctx.db.query("boards").collect();
    const shown = boards.map(async (board) => [
      board.scope,
      JSON.stringify(await viewOf(ctx, board)),
    ]);
    return Object.fromEntries(await Promise.all(shown)) as Record<string, string>;
  });
}

async function marked(t: Plaza): Promise<Record<string, boolean>> {
  return Object.fromEntries((await rows(t, "boards")).map((row) => [row.scope, row.isOutdated]));
}

/** As if every board had just been shown. */
async function shown(t: Plaza): Promise<void> {
  await t.run(async ({ db }) => {
    for (const row of await db.query("boards").collect())
      await db.patch("boards", row._id, { isOutdated: false, messageId: "1" });
    for (const row of await db.query("deliveries").collect())
      if (row.task.kind === "board") await db.patch("deliveries", row._id, { isOpen: false });
  });
}

async function live(steps: Step[]): Promise<void> {
  const t = startPlaza();
  const orgs = [
    await makeOrganization(t, { name: "One", hasSynced: true }),
    await makeOrganization(t, { name: "Two", hasSynced: true }),
  ];
  for (const orgId of [...orgs, null]) await addBoard(t, { orgId });
  for (const step of steps) {
    await shown(t);
    const before = await views(t);
    if (step.do === "clock") advance(step.hours * hour);
    // Time alone changes no board.
    expect(await views(t)).toEqual(before);
    await take(t, orgs, step);
    const after = await views(t);
    const isMarked = await marked(t);
    // Two changes in one transaction can undo each other: then a bot finds nothing to send.
    const wrong = Object.keys(after).filter((scope) => {
      const isChanged = after[scope] !== before[scope];
      return isMarked[scope] !== isChanged && (isChanged || !isTwofold(step));
    });
    expect([step, wrong]).toEqual([step, []]);
  }
}

function isTwofold(step: Step): boolean {
  if (step.do === "page") return true;
  return step.do === "update" && step.cancel === true && Object.keys(step.changes).length > 0;
}

function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

test("whatever happens to a calendar: boards are marked where they change, and only there", async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 30, size: "max" });
  const lives = fc.assert(fc.asyncProperty(steps, live), { numRuns: 80 });
  await expect(lives).resolves.toBeUndefined();
});

test("a page of a calendar that says what is known writes nothing, boards or not", async () => {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await addBoard(t);
  await takeOver(t, orgId, [said("jam", begin + day)]);
  await makeWall(t).show();
  const before = await everything(t);
  await takeOver(t, orgId, [said("jam", begin + day)]);
  expect(await everything(t)).toEqual(before);
});

test("the board of events is marked by who comes, not by who may; so is that of each calendar", async () => {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await takeOver(t, orgId, [said("jam", begin + day)]);
  const { _id: eventId } = await eventNamed(t, "jam");
  await addBoard(t, { orgId });
  await addBoard(t, { chatId: "-200", orgId: null });
  const wall = makeWall(t);
  const isMarkedBy = async (subject: string, answer: "going" | "maybe" | "not", guests = 0) => {
    await pass(t, minute);
    await wall.show();
    const said = { eventId, answer, guests, locale: "en" as const };
    await as(t, subject).mutation(api.rsvps.answer, said);
    return (await rows(t, "boards")).map(({ isOutdated }) => isOutdated);
  };
  expect(await isMarkedBy("telegram:5", "maybe")).toEqual([false, false]);
  expect(await isMarkedBy("telegram:5", "going", 1)).toEqual([true, true]);
  expect(await isMarkedBy("discord:6", "going")).toEqual([true, true]);
  expect(await isMarkedBy("discord:6", "going")).toEqual([false, false]);
  const { setLimit } = api.rsvps;
  await as(t, leo).mutation(setLimit, { eventId, seats: 3 });
  expect(await isMarkedBy("discord:7", "going")).toEqual([false, false]);
  for (const { view } of wall.messages.values())
    expect(view).toMatchObject({ events: [{ going: 3, isFull: true }] });
});

describe("the board of the giving", () => {
  async function giving() {
    const t = startPlaza();
    await makeOrganization(t);
    await makeCharity(t, { name: "Soup", urgency: 80, gap: 100_000 });
    await pay(t, await makeGiver(t, 31));
    await addBoard(t, { view: "impact" });
    const wall = makeWall(t);
    await wall.show();
    return { t, wall };
  }
  const isMarked = async (t: Plaza) => (await onlyBoard(t)).isOutdated;

  test("is marked when a week is distributed, not before", async () => {
    const { t, wall } = await giving();
    await t.run((ctx) => beginRun(ctx, thisWeek(), undefined, Date.now()));
    expect(await isMarked(t)).toBe(false);
    await finish(t, thisWeek());
    expect(await isMarked(t)).toBe(true);
    await pass(t, minute);
    await wall.show();
    expect(wall.last()?.view).toMatchObject({
      week: { given: 500, charities: 1, shares: [{ name: "Soup", amount: 500 }] },
    });
  });

  test("is marked when a charity is called otherwise, not when it says something else", async () => {
    const { t, wall } = await giving();
    const [charity] = await rows(t, "charities");
    const change = async (changes: { description?: string; name?: string }) =>
      await as(t, leo).mutation(api.charities.updateCharity, { charityId: charity!._id, changes });
    await change({ description: "Cooks." });
    expect(await isMarked(t)).toBe(false);
    await change({ name: "Soup kitchen" });
    expect(await isMarked(t)).toBe(true);
    await pass(t, minute);
    expect(await wall.show()).toEqual(["unchanged"]);
  });
});

test("events and listings are written where their boards are marked, and nowhere else", () => {
  const sources = import.meta.glob<string>("../../convex/**/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const writers = (pattern: RegExp) =>
    Object.keys(sources)
      .filter((path) => pattern.test(sources[path] ?? ""))
      .map((path) => path.replace("../../convex/", ""));
  const here = ["model/consequences/events.ts"];
  expect(writers(/db\.(insert|patch|replace|delete)\(\s*"events"/)).toEqual(here);
  expect(writers(/db\.(insert|delete)\(\s*"listings"/)).toEqual(here);
});

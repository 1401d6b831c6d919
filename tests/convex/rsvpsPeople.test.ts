import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { mergeUsers } from "../../convex/model/accounts/merge.ts";
import { revoke } from "../../convex/model/accounts/unlinking.ts";
import {
  answersIn,
  countedIn,
  countsIn,
  maybe,
  plazaWithJam,
  plusOne,
  toldOf,
  yes,
} from "../support/convex/rsvps.ts";
import { addTo, linkWith } from "../support/convex/linkedAccounts.ts";
import { linkByCode, makePerson, plazaWithPrivy, refused } from "../support/convex/people.ts";
import {
  as,
  begin,
  hour,
  leo,
  makeBot,
  minute,
  pass,
  type Plaza,
  rows,
  settled,
} from "../support/convex/plaza.ts";

// What somebody has said goes with them: when their chat gets a user, when two users turn out to be
// one, when a chat leaves, and when they do.

const bare = "telegram:77";
const other = "discord:88";
const next = "telegram:5";

async function merge(t: Plaza, one: string, two: string) {
  const [a, b] = [await linkWith(t, one), await linkWith(t, two)];
  await t.run(async (ctx) => {
    const [kept, gone] = [await ctx.db.get("users", a._id), await ctx.db.get("users", b._id)];
    if (kept && gone) await mergeUsers(ctx, kept, gone, "telegram", Date.now());
  });
  await settled(t);
  return a._id;
}

describe("a chat account that gets its user", () => {
  test("brings its answers, reminders and the link of its calendar, by a code", async () => {
    const { t } = await plazaWithPrivy();
    const { say, remind, eventId } = await plazaWithJam(undefined, undefined, t);
    await say(bare, plusOne);
    await remind(bare, 60);
    const { token } = await as(t, bare).action(api.feeds.link, {});
    await linkByCode(t, bare, "did:privy:mia");
    const [row] = await rows(t, "rsvps");
    expect(row?.userId).toBeDefined();
    expect((await rows(t, "reminders"))[0]?.userId).toBe(row?.userId);
    expect(await as(t, bare).query(api.rsvps.show, { eventId })).toMatchObject({
      mine: { answer: "going", guests: 1 },
      reminders: [60],
    });
    expect((await t.fetch(`/calendars/mine/${token}.ics`, {})).status).toBe(200);
    expect((await as(t, bare).action(api.feeds.link, {})).token).toBe(token);
  });

  test("does so by applying, too, and as an admin of the configuration", async () => {
    const { t, say } = await plazaWithJam();
    await say(bare, yes);
    await as(t, bare).mutation(api.applications.submit, {
      goal: "g",
      motivation: "m",
      name: "Mia",
    });
    const admin = "discord:2001";
    await say(admin, yes);
    await as(t, admin).mutation(api.chatAccounts.arrive, { name: "Leo" });
    expect((await rows(t, "rsvps")).filter(({ userId }) => userId === undefined)).toEqual([]);
  });

  test("with many answers brings all of them, and none twice", async () => {
    const { t, eventId } = await plazaWithJam();
    await t.run(async ({ db }) => {
      const event = await db.get("events", eventId);
      if (!event) return;
      const { _id, _creationTime, ...fields } = event;
      void [_id, _creationTime];
      for (let number = 0; number < 130; number++)
        await db.insert("rsvps", {
          account: bare,
          eventId: await db.insert("events", fields),
          answer: "maybe",
          guests: 0,
          isWaiting: false,
          since: begin,
          answeredAt: begin,
        });
    });
    const user = await linkWith(t, bare);
    await settled(t);
    const owners = (await rows(t, "rsvps")).map(({ userId }) => userId);
    expect(owners).toHaveLength(130);
    expect(new Set(owners)).toEqual(new Set([user._id]));
  });

  test("and its user is barred: its seat is the next one's", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    await say(bare, yes);
    await say(next, yes);
    const user = await makePerson(t, { accountStatus: "banned" });
    await addTo(t, user, bare);
    expect(await answersIn(t)).toEqual({ [next]: "goes" });
    expect(await toldOf(t, "seat")).toEqual([next]);
  });
});

describe("two users who are one person", () => {
  test("have one answer, the later one, and each reminder once", async () => {
    const { t, say, remind, eventId } = await plazaWithJam();
    await say(bare, yes);
    await remind(bare, 60);
    await remind(bare, 30);
    await pass(t, minute);
    await say(other, plusOne);
    await remind(other, 60);
    const kept = await merge(t, bare, other);
    const [row, ...more] = await rows(t, "rsvps");
    expect(more).toEqual([]);
    expect(row).toMatchObject({ userId: kept, guests: 1, account: other });
    expect(await as(t, bare).query(api.rsvps.show, { eventId })).toMatchObject({
      reminders: [60, 30],
      going: 2,
    });
    expect(await countsIn(t)).toEqual(await countedIn(t));
  });

  test("had two seats: the one that is left over is the next one's, who is told", async () => {
    const { t, say } = await plazaWithJam(undefined, 2);
    await say(bare, yes);
    await say(other, yes);
    await say(next, yes);
    await merge(t, bare, other);
    expect(Object.values(await answersIn(t)).sort()).toEqual(["goes", "goes"]);
    expect(await toldOf(t, "seat")).toEqual([next]);
  });

  test("keep a seat that one of them had, though the other waits for it", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    await say(bare, yes);
    await pass(t, minute);
    await say(other, yes);
    await merge(t, other, bare);
    expect(Object.values(await answersIn(t))).toEqual(["goes"]);
    expect(await countsIn(t)).toEqual({ going: 1, maybe: 0, waiting: 0 });
  });

  test("keep both links of their calendar; a new one ends both", async () => {
    const { t } = await plazaWithJam();
    const links: { token: string }[] = [];
    for (const who of [bare, other]) links.push(await as(t, who).action(api.feeds.link, {}));
    await merge(t, bare, other);
    const status = async () =>
      await Promise.all(
        links.map(async ({ token }) => (await t.fetch(`/calendars/mine/${token}.ics`, {})).status),
      );
    expect(await status()).toEqual([200, 200]);
    await as(t, other).action(api.feeds.link, { renews: 1 });
    expect(await status()).toEqual([404, 404]);
  });

  test("one of whom is barred have no seats", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    await say(bare, yes);
    await say(next, yes);
    const [kept, barred] = [
      await linkWith(t, bare),
      await makePerson(t, { accountStatus: "suspended" }),
    ];
    await t.run(async (ctx) => await mergeUsers(ctx, kept, barred, "telegram", Date.now()));
    expect(await answersIn(t)).toEqual({ [next]: "goes" });
  });
});

test.each(["suspend", "ban"] as const)(
  "whoever is barred (%s) leaves their seats to others",
  async (event) => {
    const { t, say, remind } = await plazaWithJam(undefined, 1);
    const user = await linkWith(t, bare);
    await say(bare, yes);
    await remind(bare, 60);
    await say(next, yes);
    await as(t, leo).mutation(api.users.setStatus, { userId: user._id, event });
    expect(await answersIn(t)).toEqual({ [next]: "goes" });
    expect(await toldOf(t, "seat")).toEqual([next]);
    // A reminder of something public takes nothing from anybody.
    expect(await rows(t, "reminders")).toHaveLength(1);
    expect(await refused(say(bare, yes))).toMatch(/suspended|banned/);
  },
);

test("a bar that Privy carries along to another user frees the seats of that one", async () => {
  const { t, say } = await plazaWithJam(undefined, 1);
  await makePerson(t, { accountStatus: "banned", privyDid: "did:privy:old" });
  const user = await linkWith(t, bare);
  await t.run((ctx) => ctx.db.patch("users", user._id, { privyDid: "did:privy:new" }));
  await say(bare, yes);
  await say(next, yes);
  const carried = { did: "did:privy:old", toDid: "did:privy:new" };
  await t.run(async (ctx) => await revoke(ctx, carried, Date.now()));
  expect(await answersIn(t)).toEqual({ [next]: "goes" });
});

test("whoever deletes themselves leaves nothing behind, and their seat to the first in line", async () => {
  const { t, say, remind } = await plazaWithJam(undefined, 1);
  await linkWith(t, bare, other);
  await say(bare, yes);
  await remind(other, 60);
  await say(next, yes);
  const { token } = await as(t, bare).action(api.feeds.link, {});
  await as(t, bare).mutation(api.users.softDelete, {});
  await pass(t, 2 * minute);
  expect(await answersIn(t)).toEqual({ [next]: "goes" });
  expect(await toldOf(t, "seat")).toEqual([next]);
  expect(await rows(t, "reminders")).toEqual([]);
  expect(await rows(t, "feeds")).toEqual([]);
  expect((await t.fetch(`/calendars/mine/${token}.ics`, {})).status).toBe(404);
});

test("an export says where they go, and of what they are reminded", async () => {
  const { t, say, remind, eventId } = await plazaWithJam();
  await linkWith(t, bare);
  await say(bare, maybe);
  await remind(bare, 45);
  await say(other, yes);
  const { token } = await as(t, bare).action(api.feeds.link, {});
  const text = await as(t, bare).query(api.users.exportMine, {});
  const own = JSON.parse(text) as { rsvps: object[]; reminders: object[] };
  expect(own.rsvps).toMatchObject([{ eventId, answer: "maybe" }]);
  expect(own.reminders).toMatchObject([{ eventId, minutesBefore: 45 }]);
  expect(text).not.toContain(other);
  expect(text).not.toContain(token.split(".")[1] ?? "");
});

test("a chat that leaves its user leaves what was said with the user", async () => {
  const { t, say, remind } = await plazaWithJam(begin + 3 * hour);
  const user = await linkWith(t, bare, other);
  await say(bare, yes);
  await remind(bare, 60);
  await as(t, bare).mutation(api.links.unlink, {});
  expect((await rows(t, "rsvps")).map(({ userId }) => userId)).toEqual([user._id]);
  expect(await as(t, bare).query(api.rsvps.mine, {})).toEqual([]);
  // And what is to be said is said in the chat that is left.
  await pass(t, 2 * hour);
  await t.mutation(internal.clock.remind, {});
  expect(await toldOf(t, "reminder")).toEqual([other]);
  await makeBot(t, "discord").sendAll();
});

import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { mergeUsers } from "../../convex/model/accounts/merge.ts";
import { hostA, hostB, inTelegram, plazaWithLine } from "../support/convex/queue.ts";
import { minute, pass, rows, as, type Plaza } from "../support/convex/plaza.ts";

// What becomes of places when two users turn out to be one person, or somebody is not there any more.

type Line = Awaited<ReturnType<typeof plazaWithLine>>;

async function merge({ t, members }: Line, one: number, other: number): Promise<void> {
  await t.run(async (ctx) => {
    const pair = [members[one], members[other]].map(
      async (member) => member && (await ctx.db.get("users", member._id)),
    );
    const [kept, gone] = await Promise.all(pair);
    if (!kept || !gone) throw new Error("nobody is there");
    await mergeUsers(ctx, kept, gone, "telegram", Date.now());
  });
}

async function activeOf(t: Plaza) {
  return (await rows(t, "queuePositions")).filter(
    ({ status }) => status === "waiting" || status === "called",
  );
}

test.each([
  [0, 3],
  [3, 0],
])("of two places in one line the better stays: %d and %d", async (one, other) => {
  const line = await plazaWithLine();
  for (const number of [2, 0, 1, 3, 4]) await line.join(number);
  await merge(line, one, other);
  // Member 0 is the older user, whichever of them stood in front.
  expect(await line.order()).toEqual([2, 0, 1, 4]);
});

test("being called is better than waiting, and no double remains", async () => {
  const line = await plazaWithLine();
  for (const number of [3, 1, 0]) await line.join(number);
  await line.next();
  await merge(line, 0, 3);
  expect([await line.called(), await line.order()]).toEqual([["0 by A"], [1]]);
  expect(await activeOf(line.t)).toHaveLength(2);
  await line.coming(0);
});

test("called by two hosts they go to the first; the other host gets the next one", async () => {
  const line = await plazaWithLine();
  for (const number of [0, 3, 1]) await line.join(number);
  await line.next(hostA);
  await pass(line.t, minute);
  await line.next(hostB);
  await merge(line, 0, 3);
  expect(new Set(await line.called())).toEqual(new Set(["0 by A", "1 by B"]));
});

test("no merge gives another chance to who did not come", async () => {
  const line = await plazaWithLine();
  for (const number of [0, 1, 3]) await line.join(number);
  await line.next();
  await line.about("noshow", 0);
  await line.about("here", 1);
  await merge(line, 0, 3);
  expect(await line.ticket(0)).toMatchObject({ noShows: 1, status: "waiting" });
});

test("who is banned in a merge has left the line", async () => {
  const line = await plazaWithLine();
  for (const number of [0, 1]) await line.join(number);
  const banned = line.members[3];
  if (!banned) throw new Error("nobody is there");
  await line.t.run((ctx) => ctx.db.patch("users", banned._id, { accountStatus: "banned" }));
  await merge(line, 0, 3);
  expect(await line.order()).toEqual([1]);
});

test("an export has all one's places, and no host in them", async () => {
  const line = await plazaWithLine();
  await line.join(0);
  await line.next();
  const text = await as(line.t, inTelegram(0)).query(api.users.exportMine, {});
  const { places } = JSON.parse(text) as { places: object[] };
  expect(places).toMatchObject([{ status: "called", calls: 1 }]);
  expect(text).not.toContain(line.hosts.a._id);
});

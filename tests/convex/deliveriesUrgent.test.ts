// @vitest-environment edge-runtime
import { expect, test } from "vitest";
import { enqueue, toPerson } from "../../convex/model/deliveries/queue.ts";
import { makeBot, minute, pass, type Plaza, rows, startPlaza } from "../support/convex/plaza.ts";

// What somebody waits for just now goes before everything that can wait.

const bob = { platform: "telegram", platformUserId: "7" } as const;

async function tell(
  t: Plaza,
  person: typeof bob | typeof ana,
  subjectKey: string,
  isUrgent = false,
) {
  await t.run(async (ctx) => {
    const task = { kind: "notice" as const, notice: { kind: "approved" as const } };
    const owed = { subjectKey, task, expiresAt: Date.now() + 60 * minute, isUrgent };
    await enqueue(ctx, toPerson(person), owed, Date.now());
  });
}
const ana = { platform: "telegram", platformUserId: "8" } as const;

const topicsOf = (messages: { key: string }[]) => messages.map(({ key }) => key.split("|")[0]);

test("an urgent message goes before older ones of other people", async () => {
  const t = startPlaza();
  for (let index = 0; index < 9; index++)
    await tell(t, { ...ana, platformUserId: String(100 + index) } as typeof ana, `old-${index}`);
  await pass(t, minute);
  await tell(t, bob, "turn", true);
  expect(topicsOf(await makeBot(t).lease(1))).toEqual(["turn"]);
});

test("an urgent message goes before older ones of the same person", async () => {
  const t = startPlaza();
  await tell(t, bob, "old");
  await tell(t, bob, "turn", true);
  await tell(t, bob, "turn-2", true);
  expect(topicsOf(await makeBot(t).sendAll())).toEqual(["turn", "turn-2", "old"]);
  expect(await rows(t, "outboxes")).toEqual([]);
});

test("an urgent message does not wait for the next try of another one", async () => {
  const t = startPlaza();
  const bot = makeBot(t);
  await tell(t, bob, "old");
  const [old] = await bot.lease();
  await bot.begin(old!);
  await bot.complete(old!, { kind: "unsent", reason: "no route" });
  expect(await bot.lease()).toEqual([]);
  await tell(t, bob, "turn", true);
  expect(topicsOf(await bot.lease())).toEqual(["turn"]);
});

test("an urgent message waits for the one that a bot is sending to the same person", async () => {
  const t = startPlaza();
  const bot = makeBot(t);
  await tell(t, bob, "old");
  const [old] = await bot.lease();
  await bot.begin(old!);
  await tell(t, bob, "turn", true);
  expect(await makeBot(t).lease()).toEqual([]);
  await bot.complete(old!, { kind: "sent", messageId: "1" });
  expect(topicsOf(await makeBot(t).lease())).toEqual(["turn"]);
});

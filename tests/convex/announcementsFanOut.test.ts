// @vitest-environment edge-runtime
import { expect, test } from "vitest";
import { internal } from "../../convex/_generated/api.js";
import {
  begin,
  day,
  hour,
  makeBot,
  makeOrganization,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

const tomorrow = begin + day;

/** Subscribed without going through 350 mutations: half to the organization, half to all. */
async function plazaWithChannels(count: number) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await t.run(async (ctx) => {
    for (let number = 0; number < count; number++)
      await ctx.db.insert("channels", {
        platform: number % 3 === 0 ? "discord" : "telegram",
        chatId: String(number),
        title: `Channel ${number}`,
        ...(number % 2 === 0 && { orgId }),
        kinds: ["new", "moved", "cancelled"],
        locale: "en",
        timezone: "UTC",
        reminders: [],
        isOn: number % 70 !== 69,
        changedAt: begin,
      });
  });
  return { t, orgId };
}

async function perChannel(t: Plaza, part: string) {
  const deliveries = (await rows(t, "deliveries")).filter((row) => row.part === part);
  return {
    count: deliveries.length,
    channels: new Set(deliveries.map((row) => row.destination)).size,
  };
}

test("350 channels are each owed an announcement once, in batches within Convex's limits", async () => {
  const { t, orgId } = await plazaWithChannels(350);
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  expect(await perChannel(t, "message")).toEqual({ count: 345, channels: 345 });
});

test("one transaction of a fan-out owes a hundred messages at most", async () => {
  const { t, orgId } = await plazaWithChannels(350);
  const args = { orgId, events: [said("jam", tomorrow)], refused: [] };
  await t.mutation(internal.events.mutations.upsertEvents, args);
  const [told] = await rows(t, "announcements");
  if (!told) throw new Error("nothing was told");
  await t.mutation(internal.announcements.fanOut, {
    announcementId: told._id,
    everyOrganization: false,
    cursor: null,
  });
  expect((await perChannel(t, "message")).count).toBe(100);
  await settled(t);
  expect(await perChannel(t, "message")).toEqual({ count: 345, channels: 345 });
});

test("a fan-out that runs twice owes nothing twice", async () => {
  const { t, orgId } = await plazaWithChannels(150);
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  const [told] = await rows(t, "announcements");
  if (!told) throw new Error("nothing was told");
  await t.mutation(internal.announcements.fanOut, {
    announcementId: told._id,
    everyOrganization: false,
    cursor: null,
  });
  await settled(t);
  expect(await perChannel(t, "message")).toEqual({ count: 148, channels: 148 });
});

test("a correction reaches every channel that has the message, over all batches", async () => {
  const { t, orgId } = await plazaWithChannels(250);
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  for (const platform of ["telegram", "discord"] as const) await makeBot(t, platform).sendAll();
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  const edits = (await rows(t, "deliveries")).filter(({ part }) => part === "edit-2");
  expect(edits).toHaveLength(247);
  expect(new Set(edits.map(({ state }) => state))).toEqual(new Set(["pending"]));
});

import { expect, test } from "vitest";
import {
  byId,
  emptyCalendar,
  entry,
  plazaWithLuma,
  sync,
  syncedPlaza,
} from "../support/convex/lumaSync.ts";
import { begin, day, everything, minute, pass, rows, type Plaza } from "../support/convex/plaza.ts";

// A failed or suspicious answer changes nothing: it is reported, and the sync is retried.

async function eventTables(t: Plaza) {
  const { events, listings, announcements, deliveries } = await everything(t);
  return { events, listings, announcements, deliveries };
}

const lastSync = async (t: Plaza) => (await rows(t, "organizations"))[0]?.lastSync;

test("a rate limit page with status 200 changes nothing, is suspicious, and is retried", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const before = await eventTables(t);
  emulator.fault({ kind: "rate-limit-page", count: 1 });
  const report = await sync(t, orgId);
  expect(report).toMatchObject({ result: "suspicious", retryAt: begin + 10 * minute });
  expect(await eventTables(t)).toEqual(before);
  expect(await lastSync(t)).toEqual(report);
  await pass(t, 10 * minute);
  expect(await lastSync(t)).toMatchObject({ result: "ok", read: 3 });
});

test("a rate limited calendar page changes nothing either", async () => {
  const { t, emulator, orgId } = await plazaWithLuma("luma.com/plaza", [entry("one", begin + day)]);
  emulator.fault({ kind: "rate-limit-page", count: 1 });
  expect(await sync(t, orgId)).toMatchObject({ result: "suspicious", read: 0 });
  expect(await rows(t, "events")).toEqual([]);
  await pass(t, 10 * minute);
  expect(await lastSync(t)).toMatchObject({ result: "ok", read: 1 });
});

test("a truncated page changes nothing and is retried", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const before = await eventTables(t);
  emulator.fault({ kind: "broken", count: 1 });
  const report = await sync(t, orgId);
  expect(report?.result).toBe("suspicious");
  expect(report?.retryAt).toBeGreaterThan(begin);
  expect(await eventTables(t)).toEqual(before);
});

test("a 429 changes nothing and is retried at the time that Luma gave", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const before = await eventTables(t);
  emulator.fault({ kind: "429", count: 1, retryAfter: 90 });
  expect(await sync(t, orgId)).toMatchObject({
    result: "failed",
    message: "throttled",
    retryAt: begin + 90_000,
  });
  expect(await eventTables(t)).toEqual(before);
  const asked = emulator.requests().length;
  await pass(t, 89_000);
  expect(emulator.requests()).toHaveLength(asked);
  await pass(t, 1_000);
  expect(emulator.requests()).toHaveLength(asked + 1);
  expect(await lastSync(t)).toMatchObject({ result: "ok", read: 3 });
});

test.each(["500", "drop"] as const)("%s changes nothing and is retried", async (kind) => {
  const { t, emulator, orgId } = await syncedPlaza();
  const before = await eventTables(t);
  emulator.fault({ kind, count: 1 });
  expect(await sync(t, orgId)).toMatchObject({ result: "failed", retryAt: begin + minute });
  expect(await eventTables(t)).toEqual(before);
  await pass(t, minute);
  expect(await lastSync(t)).toMatchObject({ result: "ok" });
});

test.each(["429", "rate-limit-page", "500"] as const)("an endless %s ends", async (kind) => {
  const { t, emulator, orgId } = await syncedPlaza();
  const asked = emulator.requests().length;
  emulator.fault({ kind, count: 1000 });
  await sync(t, orgId);
  await pass(t, 3 * day);
  expect(emulator.requests().length - asked).toBe(5);
  expect((await rows(t, "events")).map(({ status }) => status)).not.toContain("cancelled");
  expect((await rows(t, "organizations"))[0]?.lastSync?.retryAt).toBeUndefined();
});

test("a permanent failure is not retried", async () => {
  const { t, orgId } = await plazaWithLuma("cal-Unknown");
  const report = await sync(t, orgId);
  expect(report?.result).toBe("failed");
  expect(report?.retryAt).toBeUndefined();
});

test("an organization without a calendar reports it", async () => {
  const { t, orgId } = await plazaWithLuma(null);
  await expect(sync(t, orgId)).rejects.toMatchObject({ data: { refusal: "no-calendar" } });
});

test("an empty calendar cancels nothing, in any number of syncs", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  emptyCalendar(emulator);
  const before = await eventTables(t);
  for (let looks = 0; looks < 3; looks++) {
    expect(await sync(t, orgId)).toMatchObject({ result: "suspicious", message: "empty" });
    await pass(t, 5 * minute);
  }
  expect(await eventTables(t)).toEqual(before);
});

test("an admin's confirmation empties a calendar, but only at a second sync", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  emptyCalendar(emulator);
  expect(await sync(t, orgId, true)).toMatchObject({ result: "ok", missing: 3, removed: 0 });
  expect((await rows(t, "events")).map(({ status }) => status)).not.toContain("cancelled");
  await pass(t, 2 * minute);
  const statuses = (await rows(t, "events")).map(({ status }) => status);
  expect(statuses).toEqual(["cancelled", "cancelled", "cancelled"]);
  expect(await lastSync(t)).toMatchObject({ result: "ok", removed: 3 });
});

test("an admin's confirmation is dropped when the second sync finds events again", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const kept = emulator.events().map(({ slug, title, start }) => ({ slug, title, start }));
  emptyCalendar(emulator);
  await sync(t, orgId, true);
  for (const event of kept) emulator.put(event);
  await pass(t, 2 * minute);
  expect((await rows(t, "events")).map(({ status }) => status)).not.toContain("cancelled");
  expect((await rows(t, "listings")).filter((row) => row.missingSince !== undefined)).toEqual([]);
});

test("a calendar that was always empty is not suspicious", async () => {
  const { t, orgId } = await plazaWithLuma(byId);
  expect(await sync(t, orgId)).toMatchObject({ result: "ok", read: 0 });
});

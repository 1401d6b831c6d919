/// <reference types="vite/client" />
import { convexTest } from "convex-test";
import { onTestFinished, vi } from "vitest";
import { api, internal } from "../../../convex/_generated/api.js";
import type { Doc, Id, TableNames } from "../../../convex/_generated/dataModel.js";
import schema from "../../../convex/schema.ts";
import { botTokens } from "../../../shared/identity.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** When a test begins: a Monday, 10:00 in UTC. */
export const begin = Date.UTC(2026, 10, 2, 10);

export const ana = "telegram:1002";
export const leo = "telegram:1001";

/** Every file of `convex/`, as convex-test wants them. */
export const modules = import.meta.glob<Record<string, unknown>>([
  "../../../convex/**/*.*s",
  "!../../../convex/**/*.d.ts",
]);

/** An empty Plaza at `now`, with Convex's own limits. Time stands still until `pass`. */
export function startPlaza(now: number = begin) {
  vi.useFakeTimers({ now, toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.stubEnv("ADMIN_CHAT_IDS", `${leo}, discord:2001`);
  vi.stubEnv("PLAZA_ENCRYPTION_KEY", btoa("k".repeat(32)));
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });
  return convexTest({ schema, modules, transactionLimits: true });
}

export type Plaza = ReturnType<typeof startPlaza>;

/** What Convex makes of a token for this subject ("telegram:1002", "bot:discord"). */
export function identity(subject: string, issuer: string = botTokens.issuer) {
  return { issuer, subject, tokenIdentifier: `${issuer}|${subject}` };
}

export function as(t: Plaza, subject: string) {
  return t.withIdentity(identity(subject));
}

/** Runs what is scheduled for now, and what that schedules for now. */
export async function settled(t: Plaza): Promise<void> {
  for (;;) {
    vi.advanceTimersByTime(0);
    const waiting = await pendingUntil(t, Date.now());
    if (waiting === 0) return;
    await t.finishInProgressScheduledFunctions();
  }
}

async function pendingUntil(t: Plaza, until: number): Promise<number> {
  const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  return jobs.filter(
    ({ state, scheduledTime }) =>
      state.kind === "inProgress" || (state.kind === "pending" && scheduledTime <= until),
  ).length;
}

/** Lets time pass, and everything that is scheduled meanwhile happen when it is due. */
export async function pass(t: Plaza, ms: number): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    await settled(t);
    const left = end - Date.now();
    if (left <= 0) return;
    vi.advanceTimersByTime(Math.min(left, Math.max((await nextJob(t)) - Date.now(), 1)));
  }
}

async function nextJob(t: Plaza): Promise<number> {
  const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  const waiting = jobs.filter(({ state }) => state.kind === "pending");
  return Math.min(Infinity, ...waiting.map(({ scheduledTime }) => scheduledTime));
}

/** What was scheduled and failed, by name: nobody else would notice. */
export async function failedJobs(t: Plaza): Promise<string[]> {
  const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  return jobs.filter(({ state }) => state.kind === "failed").map(({ name }) => name);
}

/** All rows of a table. */
export async function rows<T extends TableNames>(t: Plaza, table: T): Promise<Doc<T>[]> {
  return await t.run((ctx) => ctx.db.query(table).collect());
}

const tables = Object.keys(schema.tables) as TableNames[];

/** Every row of every table, to compare before and after. */
export async function everything(t: Plaza) {
  return await t.run(async ({ db }) => {
    const found: Record<string, Doc<TableNames>[]> = {};
    for (const table of tables) found[table] = await db.query(table).collect();
    return found;
  });
}

/**
 * Undoes whatever has happened since: every row is what it was `before`. Says false, and does
 * nothing, where a row is gone: it cannot come back under its id.
 */
export async function undo(t: Plaza, before: Awaited<ReturnType<typeof everything>>) {
  return await t.run(async ({ db }) => {
    const after: Doc<TableNames>[] = [];
    for (const table of tables) after.push(...(await db.query(table).collect()));
    const now = new Map(after.map((row) => [row._id as string, row]));
    const old = Object.values(before).flat();
    if (old.some(({ _id }) => !now.has(_id))) return false;
    for (const row of old) {
      const { _id, _creationTime, ...fields } = row;
      void _creationTime;
      if (JSON.stringify(now.get(_id)) !== JSON.stringify(row)) await db.replace(_id, fields);
      now.delete(_id);
    }
    for (const { _id } of now.values()) await db.delete(_id);
    return true;
  });
}

type NewOrganization = { name?: string; luma?: string; timezone?: string };

/** An organization, added by an admin. `hasSynced`: its first sync is behind it. */
export async function makeOrganization(
  t: Plaza,
  { hasSynced = false, ...given }: NewOrganization & { hasSynced?: boolean } = {},
): Promise<Id<"organizations">> {
  const orgId = await as(t, leo).mutation(api.organizations.add, {
    name: "Frutero",
    locale: "en",
    timezone: "Europe/Madrid",
    ...given,
  });
  if (hasSynced) await t.run((ctx) => ctx.db.patch("organizations", orgId, { hasSynced: true }));
  return orgId;
}

type Subscription = Parameters<typeof subscribe>[1];

async function subscribe(
  t: Plaza,
  args: Omit<(typeof api.channels.subscribe)["_args"], "title" | "platform" | "chatId"> & {
    platform?: "telegram" | "discord";
    chatId?: string;
  },
) {
  const where = { platform: "telegram", chatId: "-100", title: "Plaza", ...args } as const;
  await as(t, leo).mutation(api.channels.subscribe, where);
  return where;
}

/** A channel, subscribed by an admin; by default to everything of every organization. */
export async function makeChannel(t: Plaza, args: Subscription = {}): Promise<Id<"channels">> {
  const { platform, chatId, threadId } = await subscribe(t, args);
  const channels = await rows(t, "channels");
  const made = channels.find(
    (row) => row.platform === platform && row.chatId === chatId && row.threadId === threadId,
  );
  if (!made) throw new Error("the channel is not there");
  return made._id;
}

type Upsert = (typeof internal.events.mutations.upsertEvents)["_args"]["events"][number];

/** An event as a source says it; its id, slug and address from one name. */
export function said(name: string, startDate: number, more: Partial<Upsert> = {}): Upsert {
  return {
    lumaEventId: `evt-${name}`,
    lumaSlug: name,
    lumaUrl: `https://luma.com/${name}`,
    title: `Event ${name}`,
    startDate,
    ...more,
  };
}

/** One page of a calendar, as the sync takes it over, and what follows from it at once. */
export async function takeOver(
  t: Plaza,
  orgId: Id<"organizations">,
  events: Upsert[],
  refused: string[] = [],
) {
  const result = await t.mutation(internal.events.mutations.upsertEvents, {
    orgId,
    events,
    refused,
  });
  await settled(t);
  return result;
}

/** The event that a test calls by this name. */
export async function eventNamed(t: Plaza, name: string): Promise<Doc<"events">> {
  const found = (await rows(t, "events")).find((row) => row.lumaSlug === name);
  if (!found) throw new Error(`there is no event ${name}`);
  return found;
}

export type Outcome = NonNullable<(typeof api.deliveries.step)["_args"]["completed"]>["outcome"];
type LeasedDelivery = (typeof api.deliveries.lease)["_returnType"][number];
type Announced = Extract<LeasedDelivery["payload"], { kind: "announce" }>;
type LeaseRef = { deliveryId: Id<"deliveries">; fencingToken: number };

function only({ deliveryId, fencingToken }: LeaseRef): LeaseRef {
  return { deliveryId, fencingToken };
}

/** One process of a bot: it leases, begins and completes as `bots/outbox.ts` does. */
export function makeBot(t: Plaza, platform: "telegram" | "discord" = "telegram") {
  const me = as(t, `bot:${platform}`);
  const bot = {
    lease: async (limit = 50) =>
      (await me.mutation(api.deliveries.lease, { limit })).map((leased) => {
        // Most tests are about announcements; of other work these two are undefined.
        const { announcement, event } = leased.payload as Announced;
        return { ...leased, announcement, event };
      }),
    begin: async (held: LeaseRef) => await me.mutation(api.deliveries.step, { begins: only(held) }),
    complete: async (held: LeaseRef, outcome: Outcome) => {
      await me.mutation(api.deliveries.step, { completed: { ...only(held), outcome } });
    },
    /** Leases and sends until nothing is ready; what it sent, in order. */
    async sendAll(outcome?: Outcome) {
      const sent = [];
      for (;;) {
        const messages = await bot.lease();
        if (messages.length === 0) return sent;
        for (const message of messages) {
          if (!(await bot.begin(message))) continue;
          sent.push(message);
          const fine: Outcome = { kind: "sent", messageId: `m-${message.deliveryId}` };
          await bot.complete(message, outcome ?? fine);
        }
      }
    },
  };
  return bot;
}

import type { ChatEmulator } from "../../bots/sandbox/contract.ts";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { enqueue } from "../../convex/model/deliveries/queue.ts";
import { botTokens, platforms } from "../../shared/identity.ts";
import { asAdmin } from "../support/sandbox/audience.ts";
import { organization, startPlazaHere } from "./convex.ts";
import { quantile } from "./load.ts";
import { type Cost, fill } from "./reads.ts";
import type { World } from "./world.ts";

// What boards cost: the time from a change to the edited message, edits under load, and reading.

const rounds = 12;
/** A chat whose board has just changed waits for its next turn: that is not what is measured. */
const restMs = 5_000;
const load = 2_000;

export type Boards = Record<
  (typeof platforms)[number],
  { median: number; p95: number; "edits of 2,000 changes": number; "last shown after s": number }
>;

/** Boards in both platforms' channels, with the bots at task. Milliseconds, but where it says so. */
export async function boards(world: World): Promise<Boards> {
  const admin = await asAdmin(world);
  const [org] = await admin.query(api.organizations.list, {});
  const [event] = await admin.query(api.events.queries.upcoming, {});
  if (!org || !event) throw new Error("there is no event");
  const change = async (title: string) => {
    await admin.mutation(api.events.mutations.update, { eventId: event._id, changes: { title } });
  };
  for (const platform of platforms) {
    const place = world[platform].places().find(({ key }) => key === "announcements");
    const where = { platform, chatId: place?.id ?? "", title: "announcements" };
    await admin.mutation(api.boards.add, { ...where, view: "events", orgId: org._id });
  }
  await Promise.all(platforms.map(async (platform) => await shown(world[platform], event.title)));

  const taken = { telegram: [] as number[], discord: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const title = `Board number ${round};`;
    const began = performance.now();
    const seen = platforms.map(async (platform) => {
      await shown(world[platform], title);
      taken[platform].push(performance.now() - began);
    });
    await change(title);
    await Promise.all(seen);
  }

  await new Promise((resolve) => setTimeout(resolve, restMs));
  const before = platforms.map((platform) => edits(world[platform]));
  for (let count = 1; count < load; count++) await change(`Load number ${count};`);
  const began = performance.now();
  const last = platforms.map(async (platform) => {
    await shown(world[platform], `Load number ${load};`);
    return (performance.now() - began) / 1000;
  });
  await change(`Load number ${load};`);
  const after = await Promise.all(last);
  const summary = platforms.map((platform, index) => [
    platform,
    {
      median: quantile(taken[platform], 0.5),
      p95: quantile(taken[platform], 0.95),
      "edits of 2,000 changes": edits(world[platform]) - (before[index] ?? 0),
      "last shown after s": after[index],
    },
  ]);
  return Object.fromEntries(summary) as Boards;
}

function edits(emulator: ChatEmulator): number {
  const isEdit = /^editMessageText|^PATCH .*messages/;
  return emulator.requests().filter(({ method, status }) => isEdit.test(method) && status === 200)
    .length;
}

/** Resolves the moment the channel's board shows this title. */
async function shown(emulator: ChatEmulator, title: string): Promise<void> {
  const isThere = () =>
    emulator
      .transcript({ in: "announcements", as: "leo" })
      .some(({ text, embeds }) =>
        `${text} ${embeds?.[0]?.title} ${embeds?.[0]?.description}`.includes(title),
      );
  if (isThere()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = emulator.onChange(() => {
    if (isThere()) resolve();
  });
  await promise;
  stop();
}

export type BoardReads = { board: string; events: number } & Cost;

/** What a bot's claim of one waiting board reads, at so many events. */
export async function boardReads(sizes: readonly number[]): Promise<BoardReads[]> {
  const t = startPlazaHere();
  const orgId = await t.run(async (ctx) => await ctx.db.insert("organizations", organization));
  const measured: BoardReads[] = [];
  let stored = 0;
  for (const events of sizes) {
    await fill(t, orgId, Date.now(), stored, events);
    stored = events;
    for (const one of [undefined, orgId])
      measured.push({
        board: one ? "events of one organization" : "everybody's events",
        events,
        ...(await claimCost(t, one)),
      });
  }
  return measured;
}

type Here = ReturnType<typeof startPlazaHere>;

/** Claims a board that waits, in a chat of its own. */
async function claimCost(t: Here, orgId: Id<"organizations"> | undefined): Promise<Cost> {
  const now = Date.now();
  await t.run(async (ctx) => {
    const channelId = await ctx.db.insert("channels", {
      platform: "telegram",
      chatId: String(-Math.round(Math.random() * 1e9)),
      title: "Channel",
      kinds: [],
      locale: "en",
      timezone: "UTC",
      reminders: [],
      isOn: true,
      changedAt: now,
    });
    const boardId = await ctx.db.insert("boards", {
      channelId,
      view: "events",
      ...(orgId && { orgId }),
      scope: `events:${orgId ?? "all"}`,
      isOn: true,
      isOutdated: true,
      posts: 1,
      messageId: "1",
      edits: 0,
    });
    const task = { kind: "board" as const, boardId };
    const owed = { subjectKey: `board:${boardId}:1`, part: "sync", task, expiresAt: now * 2 };
    await enqueue(ctx, { destination: boardId, platform: "telegram" }, owed, now);
  });
  const subject = "bot:telegram";
  const bot = {
    issuer: botTokens.issuer,
    subject,
    tokenIdentifier: `${botTokens.issuer}|${subject}`,
  };
  return await t.withIdentity(bot).mutation(async (ctx) => {
    const leased = await ctx.runMutation(api.deliveries.lease, { limit: 1 });
    if (leased.length !== 1) throw new Error("nothing was leased");
    const { documentsRead, bytesRead } = await ctx.meta.getTransactionMetrics();
    return { documents: documentsRead.used, bytes: bytesRead.used };
  });
}

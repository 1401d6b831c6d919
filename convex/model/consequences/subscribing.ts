import type { Infer } from "convex/values";
import { isNamedTimezone } from "../../../shared/time/zoneNames.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { channelAt, type Where } from "../live/channels.ts";
import { type Agenda, defaultReminders, isReminder, nextAgenda } from "../events/schedules.ts";
import type { boardView, channelKind } from "../fields.ts";
import { enqueueWaiting } from "../giving/charityCards.ts";
import { boardsOf, invalidateBoard } from "../live/boards.ts";
import { addBoard, type Shows } from "../live/chatBoards.ts";
import { requireEvent } from "../events/lookup.ts";
import { refusal } from "../refusal.ts";

// What a chat is told, in which language and zone.

const longestTitle = 120;
const defaultKinds = ["new", "moved", "cancelled", "reminder", "agenda", "distribution"] as const;

/** What is not given stays, or takes its default. */
export type Wishes = {
  title: string;
  orgId?: Id<"organizations"> | null;
  kinds?: Infer<typeof channelKind>[];
  locale?: "en" | "es";
  timezone?: string;
  reminders?: number[];
  agenda?: Agenda | null;
  /** Members who ask to join the chat are let in. */
  admitsMembers?: boolean;
};

/** Subscribes a chat, thread or topic, or changes what it wants; refuses what cannot be. */
export async function subscribe(
  ctx: MutationCtx,
  { platform, chatId, threadId }: Where,
  { title, ...given }: Wishes,
  now: number,
): Promise<Doc<"channels">> {
  const known = await channelAt(ctx, { platform, chatId, threadId });
  const orgId = given.orgId === undefined ? known?.orgId : (given.orgId ?? undefined);
  const org = orgId && (await ctx.db.get("organizations", orgId));
  if (orgId && !org) throw refusal("no-such-organization");
  const { kinds, reminders } = given;
  // Language and zone come from the organization; where none is named, from the first one.
  const home = org ?? (await ctx.db.query("organizations").first());
  const timezone = given.timezone ?? known?.timezone ?? home?.timezone ?? "UTC";
  if (!isNamedTimezone(timezone)) throw refusal("bad-timezone");
  if (reminders && !reminders.every(isReminder)) throw refusal("bad-request");
  const wanted = given.agenda === undefined ? known?.agenda : (given.agenda ?? undefined);
  if (wanted && !isAgenda(wanted)) throw refusal("bad-request");
  const isForModerators = (kinds ?? known?.kinds ?? []).includes("application");
  if (given.admitsMembers && (isForModerators || platform !== "telegram" || threadId !== undefined))
    throw refusal(isForModerators ? "moderators-chat" : "bad-request");
  const settings = {
    title: title.slice(0, longestTitle),
    orgId,
    kinds: kinds ?? known?.kinds ?? [...defaultKinds],
    locale: given.locale ?? known?.locale ?? home?.locale ?? "en",
    timezone,
    reminders: reminders ?? known?.reminders ?? [...defaultReminders],
    agenda: wanted,
    nextAgendaAt: wanted && nextAgenda(wanted, timezone, now),
    admitsMembers: !isForModerators && (given.admitsMembers ?? known?.admitsMembers),
    isOn: true,
    offReason: undefined,
    changedAt: now,
  };
  if (known) await ctx.db.patch("channels", known._id, settings);
  const place = { platform, chatId, ...(threadId !== undefined && { threadId }) };
  const id = known?._id ?? (await ctx.db.insert("channels", { ...place, ...defined(settings) }));
  const saved = await ctx.db.get("channels", id);
  if (!saved) throw new Error("a channel vanished in its own transaction");
  if (saved.kinds.includes("charity")) await enqueueWaiting(ctx, saved, now);
  if (known && (known.locale !== saved.locale || known.timezone !== saved.timezone))
    for (const board of await boardsOf(ctx, id)) await invalidateBoard(ctx, board, now);
  return saved;
}

/** The same object without its undefined fields: what an insert takes. */
function defined<T extends object>(object: T) {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function isAgenda({ hour, weekday }: { hour: number; weekday?: number }): boolean {
  const isWeekday =
    weekday === undefined || (Number.isInteger(weekday) && weekday >= 0 && weekday <= 6);
  return Number.isInteger(hour) && hour >= 0 && hour <= 23 && isWeekday;
}

export type BoardRequest = {
  title: string;
  view: Infer<typeof boardView>;
  /** Whose events; the channel's own organization where none is named, everybody's for null. */
  orgId?: Id<"organizations"> | null | undefined;
  /** Whose queue, where several are open. */
  eventId?: string | undefined;
};

/**
 * Adds a board to a chat; one that it has already is posted anew. A chat that was not subscribed
 * gets nothing but its boards.
 *
 * @throws no-such-organization, no-line, no-such-event, too-many-boards
 */
export async function addBoardToChat(
  ctx: MutationCtx,
  where: Where,
  { title, view, orgId, eventId }: BoardRequest,
  now: number,
): Promise<Doc<"boards">> {
  const known = await channelAt(ctx, where);
  const channel = known?.isOn
    ? known
    : await subscribe(ctx, where, { title, kinds: [], ...(orgId && { orgId }) }, now);
  if (orgId && !(await ctx.db.get("organizations", orgId))) throw refusal("no-such-organization");
  const shows: Shows =
    view === "queue"
      ? { view, eventId: await eventOfQueue(ctx, eventId) }
      : view === "events"
        ? { view, orgId: orgId === undefined ? (channel.orgId ?? null) : orgId }
        : { view };
  return await addBoard(ctx, channel._id, shows, now);
}

/** The event whose queue an argument means: the named one, or else the only one whose queue is open. */
async function eventOfQueue(ctx: QueryCtx, eventId: string | undefined): Promise<Id<"events">> {
  if (eventId === undefined) {
    const open = await ctx.db
      .query("queues")
      .withIndex("by_open", (q) => q.eq("isOpen", true))
      .take(2);
    const [only, other] = open;
    if (!only || other) throw refusal("no-line");
    return only.eventId;
  }
  return (await requireEvent(ctx, eventId))._id;
}

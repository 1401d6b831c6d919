import { type Infer, v } from "convex/values";
import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { hostSaid, type queueNotice, queueSaid } from "../fields.ts";
import type { Obsolete } from "../deliveries/kind.ts";
import { notifyUser } from "../people/notices.ts";
import { toPersonView } from "../people/people.ts";
import { userOf } from "../callers/users.ts";
import { calledBy, type Entry } from "./line.ts";

// What a line tells its people and its hosts, as urgent rows of the ledger. What is said is read
// when it is sent: nobody hears that they are third who has been called meanwhile.

type Said = Infer<typeof queueSaid>;
type HostSaid = Infer<typeof hostSaid>;

/** How long somebody who was called has to say that they are coming. */
export const confirmMs = 2 * 60_000;

/** How long each is worth saying (milliseconds). */
const worth: Record<Said, number> = {
  third: 15 * 60_000,
  next: 15 * 60_000,
  turn: confirmMs,
  back: 15 * 60_000,
  out: 60 * 60_000,
  removed: 60 * 60_000,
  closed: 60 * 60_000,
};
const hostWorthMs = 5 * 60_000;

/**
 * Owes somebody in the line a word about their place. "You are third" is said once for a place that
 * was taken, "you are next" once before each call, everything else once for each call.
 */
export async function notifyEntry(
  ctx: MutationCtx,
  { _id: positionId, userId, calls }: Entry,
  said: Said,
  now: number,
): Promise<void> {
  const subjectKey =
    said === "third" ? `queue:${positionId}:third` : `queue:${positionId}:${said}:${calls}`;
  const notice = { kind: "queue" as const, positionId, said, call: calls };
  await notifyUser(
    ctx,
    userId,
    notice,
    { subjectKey, isUrgent: true, expiresAt: now + worth[said] },
    now,
  );
}

/** Owes the host who called somebody a word about what became of that. */
export async function notifyHost(
  ctx: MutationCtx,
  { _id: positionId, calls, calledBy: host }: Entry,
  said: HostSaid,
  now: number,
): Promise<void> {
  if (!host) return;
  const subjectKey = `queue:${positionId}:host-${said}:${calls}`;
  const notice = { kind: "queue-host" as const, positionId, said, call: calls };
  await notifyUser(
    ctx,
    host,
    notice,
    { subjectKey, isUrgent: true, expiresAt: now + hostWorthMs },
    now,
  );
}

const place = { eventId: v.id("events"), title: v.string() };

/** What a bot is told of it: its own place to somebody in the line, names to a host. */
export const shownQueueNotice = v.union(
  v.object({
    to: v.literal("person"),
    ...place,
    said: queueSaid,
    position: v.number(),
  }),
  v.object({
    to: v.literal("host"),
    ...place,
    said: hostSaid,
    positionId: v.id("queuePositions"),
    call: v.number(),
    name: v.string(),
    /** Whom the host has called now. */
    next: v.optional(
      v.object({ positionId: v.id("queuePositions"), call: v.number(), name: v.string() }),
    ),
  }),
);
export type ShownQueueNotice = Infer<typeof shownQueueNotice>;

type QueueNotice = Infer<typeof queueNotice>;

const late = { state: "suppressed", reason: "the line has moved on" } as const;

/** Reads what is to be said, or why it need not be said any more. */
export async function queueNoticeOf(
  ctx: QueryCtx,
  told: QueueNotice,
): Promise<ShownQueueNotice | Obsolete> {
  const entry = await ctx.db.get("queuePositions", told.positionId);
  const event = entry && (await ctx.db.get("events", entry.eventId));
  if (!event) return { state: "cancelled", reason: "the line is gone" };
  const about = { eventId: event._id, title: event.title };
  if (told.kind === "queue")
    return isSo(entry, told)
      ? { to: "person", ...about, said: told.said, position: entry.position }
      : late;
  const { positionId, said, call } = told;
  if (said === "coming" && !isHere(entry, call)) return late;
  const next = said === "coming" ? null : await nextOf(ctx, entry, call);
  return {
    to: "host",
    ...about,
    said,
    positionId,
    call,
    name: await nameOf(ctx, entry.userId),
    ...(next && {
      next: { positionId: next._id, call: next.calls, name: await nameOf(ctx, next.userId) },
    }),
  };
}

/** Whom the host has called since; nobody where somebody else has called this one again. */
async function nextOf(ctx: QueryCtx, { eventId, calls, calledBy: host }: Entry, call: number) {
  return host && calls === call ? await calledBy(ctx, eventId, host) : null;
}

function isHere({ status, calls, confirmedAt }: Entry, call: number): boolean {
  return status === "called" && calls === call && confirmedAt !== undefined;
}

function isSo(
  { status, position, calls, confirmedAt }: Entry,
  { said, call }: { said: Said; call: number },
): boolean {
  switch (said) {
    case "third":
      return status === "waiting" && position === 3;
    case "next":
      return status === "waiting" && position === 1;
    case "turn":
      return status === "called" && calls === call && confirmedAt === undefined;
    case "back":
      return status === "waiting" && calls === call;
    case "out":
      return status === "noShow";
    case "removed":
    case "closed":
      return status === "cancelled";
  }
}

/** As hosts know them; empty for who has deleted themselves. */
export async function nameOf(ctx: Pick<QueryCtx, "db">, userId: Id<"users">): Promise<string> {
  const user = await userOf(ctx, userId);
  return user ? (await toPersonView(ctx, user)).name : "";
}

import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Addressee, Obsolete } from "../deliveries/kind.ts";
import { end, isUrgent } from "../deliveries/queue.ts";
import { eventNoticeView, eventNoticeViewOf } from "../events/eventNotices.ts";
import { locale, notice, plainNotice } from "../fields.ts";
import { reportView, reportViewOf } from "../giving/reports.ts";
import { notifyElsewhere } from "../people/notices.ts";
import { queueNoticeOf, shownQueueNotice } from "../queue/notices.ts";
import { accountOf, type DeliveryOf, personAddressee, personOf } from "./defaults.ts";

// A private message to a person. What some notices say is read when they are sent; each of those
// has a payload, and a renderer, of its own.

export const task = v.object({
  kind: v.literal("notice"),
  notice,
  locale: v.optional(locale),
});

export const payload = v.union(
  v.object({ kind: v.literal("notice"), notice: plainNotice }),
  v.object({ kind: v.literal("report"), report: reportView }),
  v.object({ kind: v.literal("queue"), notice: shownQueueNotice }),
  v.object({ kind: v.literal("event"), ...eventNoticeView.fields, at: v.number() }),
);
type Payload = Infer<typeof payload>;

const moneyNotices: readonly string[] = [
  "report",
  "payment-failed",
  "payment-arrived",
  "payment-returned",
];

export function isAboutMoney({ task }: DeliveryOf<"notice">): boolean {
  return moneyNotices.includes(task.notice.kind);
}

export async function addressee(
  ctx: MutationCtx,
  delivery: DeliveryOf<"notice">,
): Promise<Addressee | Obsolete> {
  const person = personOf(delivery);
  if (!person) return { state: "cancelled", reason: "it goes to no person" };
  return await personAddressee(ctx, person, delivery.task.locale);
}

/** An addressee without a time zone is told the local time of the event. */
export function timezone(told: Payload): string {
  return told.kind === "event" ? told.event.timezone : "UTC";
}

export async function load(
  ctx: MutationCtx,
  { part, task: { notice: told } }: DeliveryOf<"notice">,
  now: number,
): Promise<Payload | Obsolete> {
  switch (told.kind) {
    case "report": {
      const report = await ctx.db.get("reports", told.reportId);
      return report
        ? { kind: "report", report: await reportViewOf(ctx, report) }
        : { state: "cancelled", reason: "the report is gone" };
    }
    case "seat":
    case "reminder":
    case "changed":
    case "called-off": {
      const view = await eventNoticeViewOf(ctx, told, part !== "message");
      return "state" in view ? view : { kind: "event", ...view, at: now };
    }
    case "queue":
    case "queue-host": {
      const view = await queueNoticeOf(ctx, told);
      return "state" in view ? view : { kind: "queue", notice: view };
    }
    default:
      return { kind: "notice", notice: told };
  }
}

/** A person who blocked the bot in this chat is notified in another one. */
export async function destinationGone(
  ctx: MutationCtx,
  delivery: DeliveryOf<"notice">,
  reason: string,
  now: number,
): Promise<void> {
  await end(ctx, delivery, "dead", reason);
  await elsewhere(ctx, delivery, now);
}

export async function deadLettered(
  ctx: MutationCtx,
  delivery: DeliveryOf<"notice">,
  now: number,
): Promise<void> {
  if (isUrgent(delivery)) await elsewhere(ctx, delivery, now);
}

async function elsewhere(ctx: MutationCtx, delivery: DeliveryOf<"notice">, now: number) {
  const account = await accountOf(ctx, delivery);
  if (account) await notifyElsewhere(ctx, delivery, account, now);
}

/** The title of the event that it is about, if it is about one. */
export async function title(ctx: QueryCtx, { task }: DeliveryOf<"notice">): Promise<string> {
  return (await eventOf(ctx, task.notice))?.title ?? "";
}

async function eventOf(ctx: QueryCtx, told: Infer<typeof notice>): Promise<Doc<"events"> | null> {
  if ("eventId" in told) return await ctx.db.get("events", told.eventId);
  const row =
    told.kind === "seat"
      ? await ctx.db.get("rsvps", told.rsvpId)
      : told.kind === "reminder"
        ? await ctx.db.get("reminders", told.reminderId)
        : null;
  return row && (await ctx.db.get("events", row.eventId));
}

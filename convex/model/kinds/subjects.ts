import { parseSubject, type Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { chatAccountOf } from "../callers/chatAccounts.ts";
import { type EventNotice, type EventTold, eventToldOf } from "../events/eventNotices.ts";
import { needsOf } from "../giving/needs.ts";
import { boardViewOf, type ShownBoard } from "./boardViews.ts";
import { queueNoticeOf, type ShownQueueNotice } from "../queue/telling.ts";
import { type MirrorView, mirrorViewOf } from "../events/mirrorViews.ts";
import { offByAdmin } from "../live/channels.ts";
import { channelOf } from "../deliveries/destinations.ts";
import { type ReportView, reportViewOf } from "../giving/reports.ts";
import { type WeekView, weekViewOf } from "../giving/week.ts";
import { deliveryByKey, keyOf } from "../deliveries/queue.ts";
import { shouldHaveRole } from "../people/memberRoles.ts";
import { userOf } from "../callers/users.ts";

// What a delivery is about, read when it is claimed: a message says what is true when it is sent.

/** Where it goes, and for whom it is written. */
export type Addressee = {
  chatId: string;
  threadId?: string;
  /** `chatId` is a person's own id: what is sent there is private. */
  isPerson: boolean;
  locale: "en" | "es";
  timezone: string;
};

/** The same, before anything is known of what is said there. */
type Somewhere = Omit<Addressee, "timezone"> & { timezone: string | undefined };

export type About =
  | { do: "announce"; announcement: Doc<"announcements">; event: Doc<"events"> | null }
  | { do: "card"; application: Doc<"applications"> }
  | {
      do: "notice";
      notice: Exclude<Notice, { kind: "report" | "queue" | "queue-host" } | EventNotice>;
    }
  | ({ do: "event" } & EventTold)
  | { do: "charity"; charity: Doc<"charities">; needs: Doc<"needsData">[] }
  | { do: "distribution"; week: WeekView }
  | { do: "report"; report: ReportView }
  | { do: "queue"; notice: ShownQueueNotice }
  | { do: "admit"; chatId: string; isApproved: boolean }
  | { do: "role"; guildId: string; role: string; isGranted: boolean }
  | { do: "board"; board: ShownBoard }
  | { do: "retire"; view: ShownBoard["view"] }
  | { do: "mirror"; mirror: MirrorView };

type Notice = Extract<Doc<"deliveries">["work"], { do: "notice" }>["notice"];

/** `messageId`: the message that an edit changes; `shownHash`: of what stands there. */
export type Subject = { to: Addressee; about: About; messageId?: string; shownHash?: string };
/** Why it is not worth doing any more. */
export type Verdict = { state: "suppressed" | "cancelled"; reason: string };

export async function subjectOf(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
): Promise<Subject | Verdict> {
  const addressee = await addresseeOf(ctx, delivery);
  if ("reason" in addressee) return addressee;
  const about = await aboutOf(ctx, delivery);
  if ("reason" in about) return about;
  // Who never said where they are is told the time on the wall where the event is.
  const { timezone = about.do === "event" ? about.event.timezone : "UTC" } = addressee;
  const to = { ...addressee, timezone };
  if (delivery.work.do === "board") return await boardSubject(ctx, delivery, { to, about });
  if (delivery.work.do === "mirror") {
    const { shownHash } = (await ctx.db.get("mirrors", delivery.work.mirrorId)) ?? {};
    return { to, about, ...(shownHash !== undefined && { shownHash }) };
  }
  if (delivery.work.do === "retire") return { to, about, messageId: delivery.work.messageId };
  if (delivery.part === "message") return { to, about };
  const first = keyOf(delivery.topic, delivery.destination, "message");
  const sent = await deliveryByKey(ctx, first);
  if (!sent?.messageId)
    return { state: "cancelled", reason: "the message to correct was not sent" };
  return { to, about, messageId: sent.messageId };
}

/** A board knows its message itself; the delivery that posted it is forgotten after a while. */
async function boardSubject(
  ctx: MutationCtx,
  { part, work }: Doc<"deliveries">,
  subject: Subject,
): Promise<Subject | Verdict> {
  if (part === "message" || work.do !== "board") return subject;
  const { messageId, shownHash, isDoubtful } = (await ctx.db.get("boards", work.boardId)) ?? {};
  if (messageId === undefined)
    return { state: "cancelled", reason: "the message to correct was not sent" };
  const isKnown = shownHash !== undefined && !isDoubtful;
  return { ...subject, messageId, ...(isKnown && { shownHash }) };
}

async function addresseeOf(
  ctx: MutationCtx,
  { destination, work }: Doc<"deliveries">,
): Promise<Somewhere | Verdict> {
  const who = parseSubject(destination);
  if (who?.kind === "chat") {
    const locale = work.do === "notice" ? work.locale : undefined;
    return await person(ctx, who, locale);
  }
  // A server hears nothing: what stands there has no language of its own.
  const server = work.do === "mirror" ? await ctx.db.get("mirrors", work.mirrorId) : null;
  if (server) return { chatId: server.guildId, isPerson: false, locale: "en", timezone: "UTC" };
  const channel = await channelOf(ctx, { destination });
  // An admin who wants to hear no more wants no old boards either.
  const mayBeOff = work.do === "retire" && channel?.offReason === offByAdmin;
  if (!channel || !(channel.isOn || mayBeOff))
    return { state: "cancelled", reason: channel?.offReason ?? "the channel is off" };
  const { chatId, threadId, locale, timezone } = channel;
  const at = { chatId, locale, timezone, isPerson: false };
  return threadId === undefined ? at : { ...at, threadId };
}

async function person(
  ctx: MutationCtx,
  who: { platform: Platform; platformUserId: string },
  locale: "en" | "es" | undefined,
): Promise<Somewhere> {
  const account = await chatAccountOf(ctx, who);
  const user = account?.userId ? await userOf(ctx, account.userId) : null;
  return {
    chatId: who.platformUserId,
    isPerson: true,
    locale: locale ?? user?.locale ?? account?.locale ?? account?.spokenLocale ?? "en",
    timezone: user?.timezone ?? account?.timezone,
  };
}

async function aboutOf(ctx: MutationCtx, delivery: Doc<"deliveries">): Promise<About | Verdict> {
  const { work } = delivery;
  switch (work.do) {
    case "announce": {
      const announcement = await ctx.db.get("announcements", work.announcementId);
      if (!announcement) return { state: "cancelled", reason: "the announcement is gone" };
      const event = announcement.eventId ? await ctx.db.get("events", announcement.eventId) : null;
      if (isSuperseded(announcement, event)) return { state: "suppressed", reason: "superseded" };
      return { do: "announce", announcement, event };
    }
    case "card": {
      const application = await ctx.db.get("applications", work.applicationId);
      if (!application) return { state: "cancelled", reason: "the application is gone" };
      // Nobody needs a new message about what is settled; one that is out already is changed.
      if (delivery.part === "message" && application.status !== "pending" && !wasTried(delivery))
        return { state: "suppressed", reason: "already decided" };
      return { do: "card", application };
    }
    case "charity": {
      const charity = await ctx.db.get("charities", work.charityId);
      if (!charity) return { state: "cancelled", reason: "the charity is gone" };
      const isDecided = charity.verificationStatus !== "pending";
      if (delivery.part === "message" && isDecided && !wasTried(delivery))
        return { state: "suppressed", reason: "already decided" };
      return { do: "charity", charity, needs: await needsOf(ctx, charity._id) };
    }
    case "distribution": {
      const week = await weekViewOf(ctx, work.weekStartDate);
      return week
        ? { do: "distribution", week }
        : { state: "cancelled", reason: "the week is not distributed" };
    }
    case "notice":
      return await noticeOf(ctx, delivery, work.notice);
    case "admit":
      return work;
    case "role":
      return await roleOf(ctx, delivery, work);
    case "board": {
      const board = await ctx.db.get("boards", work.boardId);
      if (!board?.isOn)
        return { state: "cancelled", reason: board?.offReason ?? "the board is gone" };
      const view = await boardViewOf(ctx, board);
      if (!view) return { state: "cancelled", reason: "what it showed is gone" };
      return { do: "board", board: view };
    }
    case "retire":
      return { do: "retire", view: work.view };
    case "mirror":
      return await mirrorViewOf(ctx, work.mirrorId);
  }
}

async function noticeOf(
  ctx: MutationCtx,
  { part }: Doc<"deliveries">,
  notice: Notice,
): Promise<About | Verdict> {
  switch (notice.kind) {
    case "report": {
      const report = await ctx.db.get("reports", notice.reportId);
      return report
        ? { do: "report", report: await reportViewOf(ctx, report) }
        : { state: "cancelled", reason: "the report is gone" };
    }
    case "seat":
    case "reminder":
    case "changed":
    case "called-off": {
      const told = await eventToldOf(ctx, notice, part !== "message");
      return "state" in told ? told : { do: "event", ...told };
    }
    case "queue":
    case "queue-host": {
      const told = await queueNoticeOf(ctx, notice);
      return "reason" in told ? told : { do: "queue", notice: told };
    }
    default:
      return { do: "notice", notice };
  }
}

/** A card whose sending was not answered may be out: then it must say what became of it. */
function wasTried({ state, unheard }: Doc<"deliveries">): boolean {
  return state === "sending" || unheard > 0;
}

function isSuperseded({ kind, moves }: Doc<"announcements">, event: Doc<"events"> | null) {
  if (!event) return false;
  const isOff = event.status === "cancelled";
  if (kind === "cancelled") return !isOff;
  return (
    isOff ||
    !event.isPublished ||
    ((kind === "moved" || kind === "reminder") && event.moves > moves)
  );
}

async function roleOf(
  ctx: MutationCtx,
  { destination }: Doc<"deliveries">,
  { orgId }: Extract<Doc<"deliveries">["work"], { do: "role" }>,
): Promise<About | Verdict> {
  const org = await ctx.db.get("organizations", orgId);
  const { discordGuildId: guildId, discordMemberRole: role } = org ?? {};
  if (guildId === undefined || role === undefined)
    return { state: "cancelled", reason: "the organization names no member role" };
  const who = parseSubject(destination);
  const account = who?.kind === "chat" ? await chatAccountOf(ctx, who) : null;
  const isGranted = await shouldHaveRole(ctx, account);
  // Whoever belongs to a user and was never given it has not got it; of others nothing is known.
  const never = account?.userId === undefined ? undefined : false;
  if ((account?.memberRoles?.[orgId] ?? never) === isGranted)
    return { state: "suppressed", reason: "it is so already" };
  return { do: "role", guildId, role, isGranted };
}

import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type {
  Addressee,
  Chat,
  Delivery,
  DeliveryTask,
  Obsolete,
  Sent,
  SentMessage,
} from "../deliveries/kind.ts";
import { eventsBoard, eventsBoardOf } from "../events/eventViews.ts";
import { impactBoard, impactBoardOf } from "../giving/impactBoard.ts";
import * as boards from "../live/boards.ts";
import { boardSubjectName } from "../live/chatBoards.ts";
import { moveChat, switchOff } from "../live/channels.ts";
import { queueBoard, queueBoardOf } from "../queue/views.ts";
import { channelAddressee, type DeliveryOf, neverSent } from "./defaults.ts";

// A board: a message in a channel that is kept equal to data. Its destination is the board, so that
// boards of one channel do not wait for each other.

export const task = v.object({ kind: v.literal("board"), boardId: v.id("boards") });

/** What a board shows: the same queries that answer the commands. */
export const payload = v.object({
  kind: v.literal("board"),
  board: v.union(eventsBoard, queueBoard, impactBoard),
});
type View = Infer<typeof payload>["board"];
type Reading = Pick<QueryCtx, "db">;
type BoardDelivery = DeliveryOf<"board">;

export async function channel(
  ctx: Reading,
  { task: { boardId } }: BoardDelivery,
): Promise<Doc<"channels"> | null> {
  const board = await ctx.db.get("boards", boardId);
  return board && (await ctx.db.get("channels", board.channelId));
}

export async function addressee(
  ctx: MutationCtx,
  delivery: BoardDelivery,
): Promise<Addressee | Obsolete> {
  return channelAddressee(await channel(ctx, delivery));
}

export async function rateLimitedChat(ctx: Reading, delivery: BoardDelivery): Promise<Chat | null> {
  return await channel(ctx, delivery);
}

const maxPolitenessMs = 100;

/** The board that was shown longest ago goes first: one that always changes does not starve others. */
export async function politenessMs(
  ctx: Reading,
  { task: { boardId } }: BoardDelivery,
  now: number,
): Promise<number> {
  const board = await ctx.db.get("boards", boardId);
  const seconds = Math.floor((now - (board?.shownAt ?? 0)) / 1000);
  return Math.max(0, maxPolitenessMs - seconds);
}

export async function load(
  ctx: MutationCtx,
  { task: { boardId } }: BoardDelivery,
): Promise<Infer<typeof payload> | Obsolete> {
  const board = await ctx.db.get("boards", boardId);
  if (!board?.isOn) return { state: "cancelled", reason: board?.offReason ?? "the board is gone" };
  const view = await viewOf(ctx, board);
  if (!view) return { state: "cancelled", reason: "what it showed is gone" };
  return { kind: "board", board: view };
}

/** Null where there is nothing left to show: its event is gone. */
export async function viewOf(
  ctx: QueryCtx,
  { view, orgId, eventId }: Pick<Doc<"boards">, "view" | "orgId" | "eventId">,
): Promise<View | null> {
  switch (view) {
    case "events":
      return await eventsBoardOf(ctx, orgId);
    case "queue":
      return eventId ? await queueBoardOf(ctx, eventId) : null;
    case "impact":
      return await impactBoardOf(ctx);
  }
}

/** A board knows its message itself; the delivery that posted it is swept after a while. */
export async function edited(
  ctx: MutationCtx,
  { part, task: { boardId } }: BoardDelivery,
): Promise<SentMessage | Obsolete> {
  if (part === "message") return {};
  const { messageId, fingerprint, isAmbiguous } = (await ctx.db.get("boards", boardId)) ?? {};
  if (messageId === undefined) return neverSent;
  const isKnown = fingerprint !== undefined && !isAmbiguous;
  return { messageId, ...(isKnown && { fingerprint }) };
}

export async function leased(ctx: MutationCtx, { task }: BoardDelivery): Promise<DeliveryTask> {
  await boards.boardRead(ctx, task.boardId);
  return task;
}

export async function sent(
  ctx: MutationCtx,
  { part, task: { boardId } }: BoardDelivery,
  { messageId, fingerprint }: Sent,
  now: number,
): Promise<void> {
  const shown = { messageId, fingerprint, isEdit: part !== "message" };
  await boards.boardShown(ctx, boardId, shown, now);
}

export async function unchanged(
  ctx: MutationCtx,
  { task: { boardId } }: BoardDelivery,
  now: number,
): Promise<void> {
  await boards.boardShown(ctx, boardId, { isEdit: false }, now);
}

export async function messageDeleted(
  ctx: MutationCtx,
  { task: { boardId } }: BoardDelivery,
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (board) await boards.boardDeleted(ctx, board, now);
}

export async function destinationGone(
  ctx: MutationCtx,
  delivery: BoardDelivery,
  reason: string,
  now: number,
): Promise<void> {
  const at = await channel(ctx, delivery);
  if (at) await switchOff(ctx, at._id, reason, now);
}

export async function destinationMoved(
  ctx: MutationCtx,
  delivery: BoardDelivery,
  chatId: string,
  now: number,
): Promise<void> {
  const at = await channel(ctx, delivery);
  if (at) await moveChat(ctx, at, chatId, now);
}

/** What has changed since the bot read the board is enqueued. */
export async function completed(
  ctx: MutationCtx,
  { task: { boardId } }: BoardDelivery,
  now: number,
): Promise<void> {
  await boards.boardCompleted(ctx, boardId, now);
}

export async function editedLate(
  ctx: MutationCtx,
  { task: { boardId } }: BoardDelivery,
  now: number,
): Promise<void> {
  await boards.boardAmbiguous(ctx, boardId, now);
}

export async function title(ctx: QueryCtx, { task: { boardId } }: BoardDelivery): Promise<string> {
  const board = await ctx.db.get("boards", boardId);
  return (board && (await boardSubjectName(ctx, board))) ?? "";
}

export async function destinationName(ctx: QueryCtx, delivery: Delivery): Promise<string> {
  return (await channel(ctx, delivery as BoardDelivery))?.title ?? "";
}

import { type Infer, v } from "convex/values";
import type { MutationCtx } from "../../_generated/server.js";
import type { Addressee, Obsolete, SentMessage } from "../deliveries/kind.ts";
import { boardView } from "../fields.ts";
import { offByAdmin } from "../live/channels.ts";
import { channelAddressee, type DeliveryOf, whereOf } from "./defaults.ts";

// Says on the message of a board that it is not updated any more.

export const task = v.object({
  kind: v.literal("retire"),
  messageId: v.string(),
  view: boardView,
});
export const payload = v.object({ kind: v.literal("retire"), view: boardView });

/** An admin who switches a channel off wants no outdated boards in it either. */
export async function addressee(
  ctx: MutationCtx,
  { destination }: DeliveryOf<"retire">,
): Promise<Addressee | Obsolete> {
  const id = ctx.db.normalizeId("channels", destination);
  const channel = id && (await ctx.db.get("channels", id));
  return channel?.offReason === offByAdmin ? whereOf(channel) : channelAddressee(channel);
}

export async function load(
  _ctx: unknown,
  { task: { view } }: DeliveryOf<"retire">,
): Promise<Infer<typeof payload>> {
  return await Promise.resolve({ kind: "retire", view });
}

export async function edited(
  _ctx: unknown,
  { task: { messageId } }: DeliveryOf<"retire">,
): Promise<SentMessage> {
  return await Promise.resolve({ messageId });
}

import { type Infer, v } from "convex/values";
import type { DeliveryOf } from "./defaults.ts";

// Telegram: lets a person into a chat that they asked to join, or declines.
// https://core.telegram.org/bots/api#approvechatjoinrequest

export const task = v.object({
  kind: v.literal("admit"),
  chatId: v.string(),
  isApproved: v.boolean(),
});
export const payload = task;

export const isRepeatable = true;

export async function load(
  _ctx: unknown,
  { task: answer }: DeliveryOf<"admit">,
): Promise<Infer<typeof payload>> {
  return await Promise.resolve(answer);
}

import { parseSubject } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { chatAccountOf } from "../callers/chatAccounts.ts";
import { tellElsewhere } from "../people/notices.ts";
import { end, isUrgent } from "./queue.ts";

const mostAttempts = 8;
/** Somebody waits for it just now: the other chat is the better try. */
const mostUrgentAttempts = 3;

export function attemptsFor(delivery: Doc<"deliveries">): number {
  return isUrgent(delivery) ? mostUrgentAttempts : mostAttempts;
}

/** Ends a delivery that did not arrive, or may not have; what is urgent is tried in the other chat. */
export async function giveUp(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  state: "dead" | "unknown",
  reason: string,
  now: number,
): Promise<void> {
  await end(ctx, delivery, state, reason);
  const account = isUrgent(delivery) ? await accountOf(ctx, delivery) : null;
  if (account) await tellElsewhere(ctx, delivery, account, now);
}

/** The chat account that a delivery goes to, if it goes to one. */
export async function accountOf(ctx: MutationCtx, { destination }: Doc<"deliveries">) {
  const who = parseSubject(destination);
  return who?.kind === "chat" ? await chatAccountOf(ctx, who) : null;
}

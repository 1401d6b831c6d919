import type { ActAnswer, Person } from "../contract.ts";
import { privateChat, type Spot } from "./chats.ts";
import type { World } from "./world.ts";
import { messageShown } from "./transcript.ts";

type Sent = {
  /** Absent where the bot hears nothing of it. */
  updateId: number | undefined;
  messageId?: number;
  queryId?: string;
  waitMs: number;
};

/** Waits for what the bot makes of an update, here or in the person's private chat. */
export async function outcome(
  world: World,
  person: Person,
  spot: Spot,
  sent: Sent,
): Promise<ActAnswer> {
  const { updateId } = sent;
  if (updateId === undefined) return { ok: true, messages: [], silent: true };
  const own = privateChat(world, person);
  const places = spot.chat === own ? [spot] : [spot, { chat: own }];
  const { kept, toast, silent } = await world.waiting.wait({ ...sent, updateId, places });
  return {
    ok: true,
    messages: kept.map((kept) => messageShown(world, kept)),
    ...(toast !== undefined && { toast }),
    ...(silent && { silent }),
  };
}

export function no(error: string): Promise<ActAnswer> {
  return Promise.resolve({ ok: false, error });
}

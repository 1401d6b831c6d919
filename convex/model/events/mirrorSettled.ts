import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { cancelAll } from "../deliveries/queue.ts";
import { markMirror, organizationsAt, toServer } from "./mirrors.ts";

// What became of a try to bring one of Discord's scheduled events in step.

/** It stands there under this id; an empty one: it is gone, as was wished. */
export async function mirrorDone(
  ctx: MutationCtx,
  mirrorId: Id<"mirrors">,
  { messageId: scheduledEventId, hash }: { messageId: string; hash?: string | undefined },
): Promise<void> {
  const mirror = await ctx.db.get("mirrors", mirrorId);
  if (!mirror) return;
  if (scheduledEventId !== "") {
    const shown = hash === undefined ? {} : { shownHash: hash };
    return await ctx.db.patch("mirrors", mirrorId, { scheduledEventId, ...shown });
  }
  const gone = { scheduledEventId: undefined, shownHash: undefined };
  // Wanted again while it was being taken away: it is put there anew.
  if (mirror.isWanted) await ctx.db.patch("mirrors", mirrorId, { ...gone, isDirty: true });
  else await ctx.db.delete("mirrors", mirrorId);
}

/** Somebody deleted it in Discord: it is made anew once; whoever deletes it again means it. */
export async function mirrorDeleted(ctx: MutationCtx, mirrorId: Id<"mirrors">): Promise<void> {
  const mirror = await ctx.db.get("mirrors", mirrorId);
  if (!mirror) return;
  await ctx.db.patch("mirrors", mirrorId, {
    scheduledEventId: undefined,
    shownHash: undefined,
    ...(mirror.wasRemade ? { isGivenUp: true } : { wasRemade: true, isDirty: true }),
  });
}

/** A bot has let go of it: what has changed since it read it is owed. */
export async function mirrorSettled(
  ctx: MutationCtx,
  mirrorId: Id<"mirrors">,
  now: number,
): Promise<void> {
  const mirror = await ctx.db.get("mirrors", mirrorId);
  if (mirror?.isDirty) await markMirror(ctx, mirror, now);
}

/** The bot may not change a server's events: its organizations' mirrors go off, with the reason. */
export async function mirrorsBarred(
  ctx: MutationCtx,
  mirrorId: Id<"mirrors">,
  mirrorOffReason: string,
): Promise<void> {
  const mirror = await ctx.db.get("mirrors", mirrorId);
  if (!mirror) return;
  const off = { mirrorsEvents: false, mirrorOffReason };
  for (const { _id, mirrorsEvents } of await organizationsAt(ctx, mirror.guildId))
    if (mirrorsEvents) await ctx.db.patch("organizations", _id, off);
  await cancelAll(ctx, toServer(mirror).destination, mirrorOffReason);
}

import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import type { LeasedDelivery } from "../../shared/messages/leased.ts";
import type { Ended } from "../outbox.ts";
import { DiscordPaused } from "./gate.ts";
import { NoSuchRole } from "./roles.ts";
import { scheduledEventOutcome } from "./scheduledEvents.ts";

// What Discord's errors mean for the queue.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json

/** A delivery that this platform has no way to do. */
export class NotInDiscord extends Error {
  override name = "NotInDiscord";
}

/** Not now: a limit that Discord does not announce, so that it is kept here. */
export class TooSoon extends Error {
  override name = "TooSoon";
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super("a limit of Discord's is not over yet");
    this.retryAfterMs = retryAfterMs;
  }
}

export const missingPermissions = 50013;
export const archivedThread = 50083;
export const openingTooFast = 40003;
/** Three edits in six seconds, in a channel, of messages that are older than an hour. */
const tooManyOldEdits = 30046;
const unknownMessage = 10008;

/** Unknown channel, unknown guild, missing access and permissions, a locked thread. */
const channelGoneCodes = [10003, 10004, 50001, missingPermissions, 160_005];
/** They take no messages, share no server with the bot, are unknown, or cannot be written to. */
const unreachableCodes = [50007, 50278, 10013, 50033];
const goneCodes = [...channelGoneCodes, ...unreachableCodes];
/** Unknown member, unknown user: they are not in that server. */
const absentCodes = [10007, 10013];

const oldEditsMs = 6_000;
const openingMs = 60_000;
/** A token that is refused is tried again after this long, where the gate names no time. */
const unauthorizedMs = 60_000;

/** What an error of discord.js means for the queue. */
export function outcomeOf(error: unknown, payload?: LeasedDelivery["payload"]): Ended {
  if (error instanceof NoSuchRole || error instanceof NotInDiscord)
    return { kind: "refused", reason: error.message };
  const later = laterOf(error);
  if (later) return later;
  const special = payload?.kind === "scheduledEvent" ? scheduledEventOutcome(error) : undefined;
  if (special) return special;
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code);
    const reason = reasonOf(error);
    if (code === unknownMessage) return { kind: "message-gone" };
    // The bot may not give this role: an admin's to mend, and nobody's chat is gone.
    if (payload?.kind === "role")
      return { kind: absentCodes.includes(code) ? "not-there" : "refused", reason };
    // The thread could not be opened again for an edit: the message is posted anew, or let be.
    if (code === archivedThread) return { kind: "message-gone" };
    if (goneCodes.includes(code)) return { kind: "channel-gone", reason };
    return { kind: "refused", reason };
  }
  if (error instanceof HTTPError) return { kind: "ambiguous", reason: `Discord ${error.status}` };
  return { kind: "ambiguous", reason: "no answer from Discord" };
}

export function reasonOf({ code, message }: DiscordAPIError): string {
  return `Discord ${code}: ${message.split("\n")[0] ?? ""}`;
}

/** What only has to wait, for itself or with everything. */
function laterOf(error: unknown): Ended | undefined {
  if (error instanceof TooSoon) return { kind: "later", retryAfterMs: error.retryAfterMs };
  if (error instanceof DiscordPaused)
    return { kind: "later", retryAfterMs: error.retryAfterMs, isForAll: true };
  if (error instanceof RateLimitError) {
    const later = { kind: "later", retryAfterMs: error.retryAfter } as const;
    return error.global ? { ...later, isForAll: true } : later;
  }
  if (!(error instanceof DiscordAPIError)) return undefined;
  // Not the delivery's fault: none becomes a dead letter by it.
  if (error.status === 401) return { kind: "later", retryAfterMs: unauthorizedMs, isForAll: true };
  if (error.code === openingTooFast) return { kind: "later", retryAfterMs: openingMs };
  if (error.code === tooManyOldEdits) return { kind: "later", retryAfterMs: oldEditsMs };
  return undefined;
}

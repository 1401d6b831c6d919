import { forgetOldest } from "../bounded.ts";
import { TooSoon } from "./outcome.ts";

// Discord takes three edits in six seconds, in a channel, of messages that are older than an hour,
// and announces that in no header: it refuses with 30046.
// https://docs.discord.food/resources/message#edit-message

const oldMs = 60 * 60_000;
const maxEdits = 3;
/** A little longer than Discord's, which counts from when a request arrives. */
const windowMs = 6_250;
const maxChannels = 500;

/** The Unix milliseconds in which a snowflake was made. */
function madeAt(id: string): number {
  const discordEpoch = 1_420_070_400_000;
  return Number(BigInt(id) >> 22n) + discordEpoch;
}

export type OldEdits = {
  /** @throws TooSoon where the channel has had its edits of old messages */
  take(channelId: string, messageId: string): void;
};

export function createOldEdits(now: () => number): OldEdits {
  const edits = new Map<string, number[]>();
  return {
    take(channelId, messageId) {
      const at = now();
      if (at - madeAt(messageId) < oldMs) return;
      const recent = (edits.get(channelId) ?? []).filter((one) => at - one < windowMs);
      const [first] = recent;
      if (first !== undefined && recent.length >= maxEdits)
        throw new TooSoon(first + windowMs - at);
      edits.delete(channelId);
      edits.set(channelId, [...recent, at]);
      forgetOldest(edits, maxChannels);
    },
  };
}

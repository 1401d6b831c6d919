import { DiscordAPIError, type REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { forgetOldest } from "../bounded.ts";
import { openingTooFast, TooSoon } from "./outcome.ts";
import { createPause } from "./pause.ts";

export type PrivateChannels = {
  /**
   * The channel of the private conversation with a person; opens it where there is none.
   *
   * @throws TooSoon where too many were opened just now
   */
  of(personId: string): Promise<string>;
};

const maxKept = 2000;

// Discord names no numbers for opening conversations, but refuses who opens many, and bans bots for
// it: https://discord.com/developers/docs/resources/user#create-dm
const burst = 10;
const gapMs = 1_000;
const refusedMs = 60_000;

/** Discord writes to channels, not to people. Opening one twice gives the same one. */
export function createPrivateChannels(rest: REST, now: () => number): PrivateChannels {
  const known = new Map<string, string>();
  const turns = createTurns(now);
  return {
    async of(personId) {
      const channelId = known.get(personId);
      if (channelId !== undefined) return channelId;
      turns.take(personId);
      try {
        const body = { recipient_id: personId };
        const opened = await rest.post(Routes.userChannels(), { body });
        if (typeof opened !== "object" || opened === null || !("id" in opened))
          throw new TypeError("Discord opened no channel");
        const id = String(opened.id);
        known.set(personId, id);
        forgetOldest(known, maxKept);
        turns.pause.shorten();
        return id;
      } catch (error) {
        const isTooFast = error instanceof DiscordAPIError && error.code === openingTooFast;
        throw isTooFast ? new TooSoon(turns.pause.begin()) : error;
      }
    },
  };
}

/** A bucket of `burst` turns, one more each `gapMs`. Who has to wait is told when their turn is. */
function createTurns(now: () => number) {
  const promised = new Map<string, number>();
  /** When the bucket is full again. */
  let fullAt = 0;
  const pause = createPause(now, refusedMs);

  return {
    /** While it lasts, nobody's conversation is opened. */
    pause,
    take(personId: string): void {
      const at = now();
      if (pause.leftMs() > 0) throw new TooSoon(pause.leftMs());
      const mine = promised.get(personId);
      promised.delete(personId);
      if (mine !== undefined && mine <= at) return;
      const free = mine ?? Math.max(at, fullAt - (burst - 1) * gapMs);
      if (mine === undefined) fullAt = Math.max(fullAt, at) + gapMs;
      if (free <= at) return;
      promised.set(personId, free);
      forgetOldest(promised, maxKept);
      throw new TooSoon(free - at);
    },
  };
}

import type { REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { forgetOldest } from "../bounded.ts";

export type PrivateChannels = {
  /** The channel of the private conversation with a person; opens it where there is none. */
  of(personId: string): Promise<string>;
};

const maxKept = 2000;

/** Discord writes to channels, not to people. Opening one twice gives the same one. */
export function createPrivateChannels(rest: REST): PrivateChannels {
  const known = new Map<string, string>();
  return {
    async of(personId) {
      const channelId = known.get(personId);
      if (channelId !== undefined) return channelId;
      const opened = await rest.post(Routes.userChannels(), { body: { recipient_id: personId } });
      if (typeof opened !== "object" || opened === null || !("id" in opened))
        throw new TypeError("Discord opened no channel");
      const id = String(opened.id);
      known.set(personId, id);
      forgetOldest(known, maxKept);
      return id;
    },
  };
}

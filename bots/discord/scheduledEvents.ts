import { DiscordAPIError, escapeMarkdown, type REST } from "discord.js";
import {
  GuildScheduledEventEntityType,
  GuildScheduledEventPrivacyLevel,
  Routes,
} from "discord-api-types/v10";
import type { PayloadOf } from "../../shared/messages/leased.ts";
import { cleanName, cut } from "../../shared/messages/sanitize.ts";
import type { Outcome } from "../outbox.ts";
import { hashOf } from "../pictures/illustrate.ts";

type ScheduledEvent = PayloadOf<"scheduledEvent">["scheduledEvent"];
type Wanted = NonNullable<ScheduledEvent["wanted"]>;

export type ScheduledEvents = {
  /** Brings one scheduled event in line; `shown` is the fingerprint of what Discord shows. */
  set(event: ScheduledEvent, shown: string | undefined): Promise<Outcome>;
};

// Discord's limits: https://discord.com/developers/docs/resources/guild-scheduled-event.
const longestName = 100;
const longestDescription = 1000;
const longestLocation = 100;

const unknownEvent = 10070;

/**
 * Scheduled events of Discord servers. `rest` must not repeat a request by itself: Discord takes no
 * nonce here, so a second try first looks whether the first has arrived.
 */
export function createScheduledEvents(rest: REST): ScheduledEvents {
  let myId: string | undefined;

  /** An earlier one of ours: created by this bot, and its last line is the event's page. */
  const find = async ({ guildId, url }: ScheduledEvent): Promise<string | undefined> => {
    myId ??= ((await rest.get(Routes.user())) as { id: string }).id;
    const events = (await rest.get(Routes.guildScheduledEvents(guildId))) as {
      id: string;
      creator_id?: string | null;
      description?: string | null;
    }[];
    return events.find(
      ({ creator_id: creator, description }) =>
        creator === myId && description?.split("\n").at(-1) === url,
    )?.id;
  };

  return {
    async set(event, shown) {
      const { guildId, discordEventId, mayExist, url, wanted } = event;
      const body = wanted && scheduledEventBody(wanted, url);
      const fingerprint = body ? hashOf(body) : undefined;
      if (discordEventId !== undefined && fingerprint !== undefined && fingerprint === shown)
        return { kind: "unchanged" };
      const id = discordEventId ?? (mayExist ? await find(event) : undefined);
      if (!body || fingerprint === undefined) {
        if (id !== undefined) await remove(rest, guildId, id);
        return { kind: "sent", messageId: "" };
      }
      if (id !== undefined) {
        await rest.patch(Routes.guildScheduledEvent(guildId, id), { body });
        return { kind: "sent", messageId: id, fingerprint };
      }
      const made = await rest.post(Routes.guildScheduledEvents(guildId), { body });
      return { kind: "sent", messageId: (made as { id: string }).id, fingerprint };
    },
  };
}

async function remove(rest: REST, guildId: string, id: string): Promise<void> {
  try {
    await rest.delete(Routes.guildScheduledEvent(guildId, id));
  } catch (error) {
    // Somebody deleted it first.
    if (!(error instanceof DiscordAPIError && error.code === unknownEvent)) throw error;
  }
}

/** A scheduled event as the API takes it. Its name and place are plain text, the rest is not. */
export function scheduledEventBody(
  { title, description, start, end, location }: Wanted,
  url: string,
) {
  const room = Math.max(0, longestDescription - url.length - 2);
  const said = cut(unlinked(escapeMarkdown(description?.trim() ?? "", { maskedLink: true })), room);
  return {
    name: cleanName(title, longestName) || "…",
    description: said === "" ? url : `${said}\n\n${url}`,
    scheduled_start_time: new Date(start).toISOString(),
    scheduled_end_time: new Date(end).toISOString(),
    privacy_level: GuildScheduledEventPrivacyLevel.GuildOnly,
    entity_type: GuildScheduledEventEntityType.External,
    // Online it takes place where its page says.
    entity_metadata: {
      location: cleanName(location ?? "", longestLocation) || cut(url, longestLocation),
    },
  };
}

/** Nobody is called by what a calendar says: "<@1>" and "@everyone" are words there. */
function unlinked(text: string): string {
  return text.replace(/<(?=[@#:/at])|@(?=everyone|here)/g, "$&\u200B");
}

const full = 30038;
const invalid = 50035;
/** Unknown guild, missing access, missing permission. */
const forbiddenCodes = [10004, 50001, 50013];

/** What an error of discord.js means for a scheduled event; undefined: what it always means. */
export function scheduledEventOutcome(error: unknown): Outcome | undefined {
  if (!(error instanceof DiscordAPIError)) return undefined;
  const reason = `Discord ${error.code}: ${error.message.split("\n")[0] ?? ""}`;
  if (error.code === unknownEvent) return { kind: "message-gone" };
  if (forbiddenCodes.includes(Number(error.code))) return { kind: "channel-gone", reason };
  // The server is full until another one ends.
  if (error.code === full) return { kind: "not-there", reason };
  if (error.code === invalid && JSON.stringify(error.rawError).includes("SCHEDULE_PAST"))
    return { kind: "not-there", reason: "it has begun already" };
  return { kind: "refused", reason };
}

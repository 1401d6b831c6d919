import { createHash } from "node:crypto";
import { DiscordAPIError, HTTPError, RateLimitError, REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { type Claimed, saidMessage } from "../../shared/messages/claimed.ts";
import type { Log } from "../log.ts";
import type { Outcome, Sender } from "../outbox.ts";
import { hashOf } from "../rendered.ts";
import { type Illustrated, illustrated, withoutPicture } from "../pictures/illustrate.ts";
import { pictureName } from "../pictures/index.ts";
import { createMirrors, mirrorOutcome, type Mirrors } from "./mirror.ts";
import { createPrivateChannels, type PrivateChannels } from "./private.ts";
import { altText, renderDiscord } from "./render.ts";
import { createRoles, NoSuchRole, type Roles } from "./roles.ts";

const mentionNobody = { parse: [] };

/**
 * Discord's sender for the ledger. The library repeats a request after a 5xx or a time-out by
 * itself; the nonce makes that safe, and makes it safe for the ledger too. 50 requests a second are
 * allowed; answers need some of them.
 */
export function createDiscordSender(token: string, api: string | undefined, log: Log): Sender {
  const rest = new REST({
    version: "10",
    ...(api && { api }),
    timeout: 6_000,
    retries: 1,
    // A limit is the ledger's to wait for: it lets other channels go first.
    rejectOnRateLimit: () => true,
  }).setToken(token);
  // What cannot be told from its repeat is sent once, and the ledger decides.
  const once = new REST({ ...rest.options, retries: 0 }).setToken(token);
  const doors = {
    rest,
    log,
    roles: createRoles(rest),
    privates: createPrivateChannels(rest),
    mirrors: createMirrors(once),
  };
  return {
    atOnce: 8,
    perSecond: 40,
    async send(claimed) {
      try {
        return await deliver(doors, claimed);
      } catch (error) {
        return outcomeOf(error, claimed.about);
      }
    },
  };
}

/** Work that this platform has no way to do. */
class NotInDiscord extends Error {
  override name = "NotInDiscord";
}

type Doors = {
  rest: REST;
  log: Log;
  roles: Roles;
  privates: PrivateChannels;
  mirrors: Mirrors;
};

async function deliver(
  { rest, log, roles, privates, mirrors }: Doors,
  claimed: Claimed,
): Promise<Outcome> {
  const { to, about, messageId, key } = claimed;
  if (about.do === "admit") throw new NotInDiscord("Discord has no join requests");
  if (about.do === "role") {
    await roles.set({ ...about, personId: to.chatId });
    return { kind: "sent", messageId: "" };
  }
  if (about.do === "mirror") return await mirrors.set(about.mirror, claimed.shownHash);
  const channelId = to.isPerson ? await privates.of(to.chatId) : to.chatId;
  const reader = { locale: to.locale, timezone: to.timezone };
  const put = async (said: Illustrated): Promise<string> => {
    const { body, files } = requestBody(said);
    if (messageId !== undefined) {
      await rest.patch(Routes.channelMessage(channelId, messageId), { body, files });
      if (about.do === "retire")
        await rest.delete(Routes.channelMessagesPin(channelId, messageId)).catch(() => undefined);
      return messageId;
    }
    const options = { body: { ...body, nonce: nonceOf(key), enforce_nonce: true }, files };
    const sent = await rest.post(Routes.channelMessages(channelId), options);
    const id = typeof sent === "object" && sent !== null && "id" in sent ? String(sent.id) : "";
    // Where the bot may not pin, the board stands where it is.
    if (about.do === "board")
      await rest.put(Routes.channelMessagesPin(channelId, id)).catch(() => undefined);
    return id;
  };
  const said = await illustrated(saidMessage(about, reader), reader, log);
  const hash =
    about.do === "board" ? hashOf([renderDiscord(said.message), said.message.picture]) : undefined;
  if (hash !== undefined && hash === claimed.shownHash) return { kind: "unchanged" };
  const kept = hash === undefined ? {} : { hash };
  try {
    return { kind: "sent", messageId: await put(said), ...kept };
  } catch (error) {
    // A channel can be closed to files alone: the words are still welcome.
    const mayHelp = error instanceof DiscordAPIError && error.code === missingPermissions;
    if (!said.drawn || !mayHelp) throw error;
    const messageId = await put({ message: withoutPicture(said.message) });
    return { kind: "sent", messageId, ...kept };
  }
}

/** A message as the API takes it. In an edit, the files that are not named here go. */
function requestBody({ message, drawn }: Illustrated) {
  const { picture } = message;
  const files = drawn ? [{ name: drawn.name, data: drawn.png, contentType: "image/png" }] : [];
  const attachments = picture
    ? [{ id: 0, filename: pictureName(picture), description: altText(picture) }]
    : [];
  const body = { ...renderDiscord(message), attachments, allowed_mentions: mentionNobody };
  return { body, files };
}

/** The same for the same delivery, different for every other: 25 characters at most. */
export function nonceOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 24);
}

const missingPermissions = 50013;
/** Unknown channel, unknown guild, missing access, cannot message this user. */
const goneCodes = [10003, 10004, 50001, 50007, missingPermissions];
const unknownMessage = 10008;
/** Unknown member, unknown user: they are not in that server. */
const absentCodes = [10007, 10013];

/** What an error of discord.js means for the ledger. */
export function outcomeOf(error: unknown, about?: Claimed["about"]): Outcome {
  if (error instanceof NoSuchRole || error instanceof NotInDiscord)
    return { kind: "refused", reason: error.message };
  if (error instanceof RateLimitError) return { kind: "later", retryAfterMs: error.retryAfter };
  const ofMirror = about?.do === "mirror" ? mirrorOutcome(error) : undefined;
  if (ofMirror) return ofMirror;
  if (error instanceof DiscordAPIError) {
    const reason = `Discord ${error.code}: ${error.message.split("\n")[0] ?? ""}`;
    if (error.code === unknownMessage) return { kind: "message-gone" };
    // The bot may not give this role: an admin's to mend, and nobody's chat is gone.
    if (about?.do === "role")
      return { kind: absentCodes.includes(Number(error.code)) ? "not-there" : "refused", reason };
    if (goneCodes.includes(Number(error.code))) return { kind: "channel-gone", reason };
    return { kind: "refused", reason };
  }
  if (error instanceof HTTPError) return { kind: "unheard", reason: `Discord ${error.status}` };
  return { kind: "unheard", reason: "no answer from Discord" };
}

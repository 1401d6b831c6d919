import { createHash } from "node:crypto";
import { DiscordAPIError, REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { type ActionKind, isMessage, renderDelivery } from "../../shared/messages/deliveries.ts";
import type { LeasedDelivery, PayloadOf } from "../../shared/messages/leased.ts";
import type { Log } from "../log.ts";
import type { Outcome, Sender } from "../outbox.ts";
import {
  hashOf,
  type Illustrated,
  illustrated,
  pictureName,
  withoutPicture,
} from "../pictures/illustrate.ts";
import { createScheduledEvents, type ScheduledEvents } from "./scheduledEvents.ts";
import { createGate, type Gate } from "./gate.ts";
import { createOldEdits, type OldEdits } from "./oldEdits.ts";
import { archivedThread, missingPermissions, NotInDiscord, outcomeOf } from "./outcome.ts";
import { createPrivateChannels, type PrivateChannels } from "./private.ts";
import { altText, renderDiscord } from "./render.ts";
import { createRoles, type Roles } from "./roles.ts";

const mentionNobody = { parse: [] };

/**
 * Discord's sender for the delivery queue. The library repeats a request after a 5xx or a time-out by
 * itself; the nonce makes that safe, and makes it safe for the queue too. 50 requests a second are
 * allowed; replies need some of them.
 */
export function createDiscordSender(
  token: string,
  api: string | undefined,
  log: Log,
  gate: Gate = createGate(Date.now),
): Sender {
  const rest = new REST({
    ...gate.options,
    version: "10",
    ...(api && { api }),
    timeout: 6_000,
    retries: 1,
    // The queue waits for a rate limit: it lets other channels go first.
    rejectOnRateLimit: () => true,
  }).setToken(token);
  // Scheduled events have no nonce: they are sent once, and the queue decides about a repeat.
  const once = new REST({ ...rest.options, retries: 0 }).setToken(token);
  for (const client of [rest, once]) gate.keepToken(client);
  const doors = {
    rest,
    log,
    roles: createRoles(rest),
    privates: createPrivateChannels(rest, gate.now),
    oldEdits: createOldEdits(gate.now),
    scheduledEvents: createScheduledEvents(once),
  };
  return {
    atOnce: 8,
    perSecond: 40,
    // The nonce makes a repeat of a message safe.
    isRepeatable: () => true,
    async send(leased) {
      try {
        return await deliver(doors, leased);
      } catch (error) {
        return outcomeOf(error, leased.payload);
      }
    },
  };
}

type Doors = {
  rest: REST;
  log: Log;
  roles: Roles;
  privates: PrivateChannels;
  oldEdits: OldEdits;
  scheduledEvents: ScheduledEvents;
};

async function deliver(doors: Doors, leased: LeasedDelivery): Promise<Outcome> {
  const { to, payload } = leased;
  if (!isMessage(payload)) return await act(doors, leased, payload);
  const { log, privates } = doors;
  const channelId = to.isPerson ? await privates.of(to.chatId) : to.chatId;
  const reader = { locale: to.locale, timezone: to.timezone };
  const { message: worded, isSynced, pin } = renderDelivery(payload, reader);
  const illustratedMessage = await illustrated(worded, reader, log);
  const { message, drawn } = illustratedMessage;
  const fingerprint = isSynced ? hashOf([renderDiscord(message), message.picture]) : null;
  if (fingerprint !== null && fingerprint === leased.fingerprint) return { kind: "unchanged" };
  const shown = fingerprint === null ? {} : { fingerprint };
  const target = { channelId, pin, key: leased.key, messageId: leased.messageId };
  try {
    return { kind: "sent", messageId: await put(doors, target, illustratedMessage), ...shown };
  } catch (error) {
    // A channel may allow messages but no files.
    const mayHelp = error instanceof DiscordAPIError && error.code === missingPermissions;
    if (!drawn || !mayHelp) throw error;
    const messageId = await put(doors, target, { message: withoutPicture(message) });
    return { kind: "sent", messageId, ...shown };
  }
}

type Target = {
  channelId: string;
  /** The message that is edited. */
  messageId: string | undefined;
  key: string;
  pin: "pinned" | "unpinned" | undefined;
};

/** Posts or edits the message; gives its id. */
async function put(doors: Doors, target: Target, said: Illustrated): Promise<string> {
  const { rest, oldEdits } = doors;
  const { channelId, messageId, key, pin } = target;
  const { body, files } = requestBody(said);
  if (messageId !== undefined) {
    oldEdits.take(channelId, messageId);
    await inOpenThread(doors, channelId, async () =>
      rest.patch(Routes.channelMessage(channelId, messageId), { body, files }),
    );
    if (pin === "unpinned")
      await rest.delete(Routes.channelMessagesPin(channelId, messageId)).catch(unlessSoon);
    return messageId;
  }
  const options = { body: { ...body, nonce: nonceOf(key), enforce_nonce: true }, files };
  const sent = await rest.post(Routes.channelMessages(channelId), options);
  const id = typeof sent === "object" && sent !== null && "id" in sent ? String(sent.id) : "";
  if (pin === "pinned") await rest.put(Routes.channelMessagesPin(channelId, id)).catch(unlessSoon);
  return id;
}

/** Discord knows a repeated message by its nonce for some minutes. */
const nonceMs = 60_000;

/**
 * Without the right to pin, the message stands all the same. What only has to wait a little is tried
 * again with its message, which the nonce keeps from being posted twice.
 */
function unlessSoon(error: unknown): void {
  const ended = outcomeOf(error);
  if (ended.kind === "ambiguous") throw error;
  if (ended.kind === "later" && ended.retryAfterMs <= nonceMs) throw error;
}

/** Opens a thread that was archived meanwhile: in one, nothing can be edited. */
async function inOpenThread<T>(
  { rest }: Doors,
  threadId: string,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.code !== archivedThread) throw error;
    try {
      await rest.patch(Routes.channel(threadId), { body: { archived: false } });
    } catch (refused) {
      // It stays closed: the first error says what that means. Else it is tried again.
      throw refused instanceof DiscordAPIError && refused.status < 429 ? error : refused;
    }
    return await change();
  }
}

/** What Discord does for deliveries that are no messages. */
const actions = {
  admit: async () => await Promise.reject(new NotInDiscord("Discord has no join requests")),
  async role({ roles }, { to }, payload) {
    await roles.set({ ...payload, personId: to.chatId });
    return { kind: "sent", messageId: "" };
  },
  scheduledEvent: async ({ scheduledEvents }, { fingerprint }, payload) =>
    await scheduledEvents.set(payload.scheduledEvent, fingerprint),
} satisfies {
  [Kind in ActionKind]: (
    doors: Doors,
    leased: LeasedDelivery,
    payload: PayloadOf<Kind>,
  ) => Promise<Outcome>;
};

async function act(
  doors: Doors,
  leased: LeasedDelivery,
  payload: PayloadOf<ActionKind>,
): Promise<Outcome> {
  // One shape stands for all: the map's type has checked each action against its payload.
  const action: (doors: Doors, leased: LeasedDelivery, payload: never) => Promise<Outcome> =
    actions[payload.kind];
  return await action(doors, leased, payload as never);
}

/** A message as the API takes it. In an edit, the files that are not named here go. */
function requestBody({ message, drawn }: Illustrated) {
  const { picture } = message;
  const files = drawn ? [{ name: drawn.name, data: drawn.png, contentType: "image/png" }] : [];
  const attachments = picture
    ? [{ id: "0", filename: pictureName(picture), description: altText(picture) }]
    : [];
  const body = { ...renderDiscord(message), attachments, allowed_mentions: mentionNobody };
  return { body, files };
}

/** The same for the same delivery, different for every other: 25 characters at most. */
export function nonceOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 24);
}

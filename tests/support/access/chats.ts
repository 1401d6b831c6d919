import { ConvexError } from "convex/values";
import { type FunctionReference, getFunctionName } from "convex/server";
import { type Answering, createAnswering, type Request } from "../../../bots/answer.ts";
import type { BackendClient } from "../../../bots/backend/index.ts";
import { createLog } from "../../../bots/log.ts";
import { createPreferences } from "../../../bots/preferences.ts";
import { type Args, noArgs } from "../../../shared/commands/args.ts";
import { frontDoor } from "../../../shared/commands/index.ts";
import type { Chat, ReplyOptions } from "../../../shared/commands/command.ts";
import type { Platform } from "../../../shared/identity.ts";
import type { Message } from "../../../shared/messages/message.ts";
import type { Backend } from "../../../shared/backend.ts";
import { refusalCodes } from "../../../shared/refusals.ts";
import { texts } from "../../../shared/texts/index.ts";
import { as, type Plaza } from "../convex/plaza.ts";

// People in chats: what they write and press goes the way of the bots, and what comes back is the
// message that a platform would render.

type Reference = FunctionReference<"query" | "mutation" | "action">;
type Calling = Record<
  "query" | "mutation" | "action",
  (ref: Reference, args: object) => Promise<never>
>;

/** `noteWrite` hears of everything that may have changed something but for being there. */
export function portOf(caller: ReturnType<typeof as>, noteWrite: () => void): Backend {
  const calling = caller as unknown as Calling;
  return {
    query: async (query, args) => await calling.query(query, args),
    async mutation(mutation, args) {
      // One that throws has changed nothing: it is a transaction.
      const result = await calling.mutation(mutation, args);
      if (getFunctionName(mutation) !== "chatAccounts:arrive") noteWrite();
      return result;
    },
    async action(action, args) {
      noteWrite();
      return await calling.action(action, args);
    },
    live: async (query, args) => await calling.query(query, args),
    async storeLumaKey(slug, key) {
      noteWrite();
      const body = JSON.stringify({ slug, key });
      const answer = await caller.fetch("/luma-key", { method: "POST", body });
      if (!answer.ok) throw new ConvexError((await answer.json()) as { refusal: string });
    },
    siteUrl: "https://plaza.example",
  };
}

/**
 * A bot that has just been started: it remembers nobody. `before` is awaited at the beginning of every call
 * of Convex, with the caller's subject.
 */
export function startBackend(
  t: Plaza,
  platform: Platform,
  { noteWrite = () => undefined, before }: Watching = {},
): { backend: BackendClient; answering: Answering } {
  const portFor = (subject: string) => {
    const port = portOf(as(t, subject), noteWrite);
    return before ? slowed(port, async () => await before(subject)) : port;
  };
  const backend: BackendClient = {
    as: portFor,
    bot: portFor(`bot:${platform}`),
    watch: () => () => undefined,
    isConnected: () => true,
    close: async () => {},
  };
  const preferences = createPreferences(backend, platform);
  const log = createLog("silent");
  const answering = createAnswering({ backend, preferences, log, now: () => Date.now() });
  return { backend, answering };
}

type Watching = { noteWrite?: () => void; before?: (subject: string) => Promise<void> };

function slowed(port: Backend, before: () => Promise<void>): Backend {
  return {
    ...port,
    query: async (query, args) => await before().then(async () => await port.query(query, args)),
    mutation: async (mutation, args) =>
      await before().then(async () => await port.mutation(mutation, args)),
    action: async (action, args) =>
      await before().then(async () => await port.action(action, args)),
    live: async (query, args) => await before().then(async () => await port.live(query, args)),
  };
}

/** Where something is said, and how that platform is. */
export type Place = Pick<Request, "supportsModals" | "supportsEphemeral"> & { chat: Chat };

function place(platform: Platform, kind: Chat["kind"], id: string): Place {
  const chat = { platform, kind, id, title: "Somewhere" };
  if (platform === "telegram") return { chat, supportsModals: false, supportsEphemeral: false };
  return {
    chat: { ...chat, guildId: "77777" },
    supportsModals: true,
    supportsEphemeral: true,
  };
}

export const places = {
  "Telegram in private": place("telegram", "private", "300"),
  "a Telegram group": place("telegram", "group", "-500"),
  "the moderators' Telegram group": place("telegram", "group", "-300"),
  "Discord in private": place("discord", "private", "4000"),
  "a Discord server": place("discord", "group", "5000"),
} as const;
/** Telegram does not say who posts in it. */
export const telegramChannel = place("telegram", "channel", "-600");

/** What was answered, and how it would be delivered. */
export type Answered = Message & { options: ReplyOptions };

/** One person at one place; `subject` null: somebody of whom the platform says nothing. */
export function talk(
  t: Plaza,
  subject: string | null,
  where: Place = places["Telegram in private"],
) {
  const id = subject?.split(":")[1];
  let hasWritten = false;
  const noteWrite = () => {
    hasWritten = true;
  };
  const speak = async (
    run: Parameters<Answering>[1],
    more: Pick<Request, "args" | "messageId"> = {},
  ): Promise<Answered> => {
    const person = id === undefined ? {} : { person: { id, name: `Name of ${subject}` } };
    const answering = startBackend(t, where.chat.platform, { noteWrite }).answering;
    const { message, options } = await answering({ ...where, ...person, ...more }, run);
    return { ...message, options };
  };
  return {
    hasWritten: () => hasWritten,
    /** The suggestions for an option of a command. */
    complete: async (name: string, option: string, typed: string) => {
      let found: readonly { name: string }[] = [];
      await speak(async (ctx) => {
        const command = frontDoor.commands.find((one) => one.name === name);
        found = (await command?.complete?.(ctx, option, typed)) ?? [];
        return { message: {}, options: {} };
      });
      return found.map((choice) => choice.name);
    },
    command: async (name: string, args: Partial<Args> = {}) =>
      await speak(async (ctx) => await frontDoor.runCommand(ctx, name), {
        args: { ...noArgs, ...args },
      }),
    press: async (actionId: string) =>
      await speak(async (ctx) => await frontDoor.runAction(ctx, actionId)),
    submit: async (form: string, fields: Record<string, string>) =>
      await speak(async (ctx) => await frontDoor.runForm(ctx, form, fields)),
    say: async (text: string, messageId: string) =>
      await speak(async (ctx) => await frontDoor.answerText(ctx, text), { messageId }),
  };
}

/** A message's words, without how they look. */
export function wordsOf({ title = "", lines = [], items = [] }: Message): string {
  const parts = [...lines, ...items].flat().map((part) => {
    if (typeof part === "string") return part;
    return Object.values(part).join(" ");
  });
  return [title, ...parts].join(" ").trim();
}

/** What became of it: "done", a refusal, or "in private" where that was the answer. */
export function resultOf(message: Message): string {
  const t = texts("en");
  const words = wordsOf(message);
  if (words === t("oops") || words === t("backend.unavailable")) return "broken";
  const refused = refusalCodes.find((code) => words === t(`refusal.${code}`));
  if (refused !== undefined) return refused;
  const [before = ""] = t("private.hint", { command: "\u0000" }).split("\u0000");
  return words.startsWith(before) ? "in private" : "done";
}

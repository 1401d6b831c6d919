import type { Message, Update } from "grammy/types";
import { commands } from "../../shared/commands/index.ts";
import type { Command } from "../../shared/commands/command.ts";
import type { Budgets, Verdict } from "../budget.ts";
import { readCommand } from "./request.ts";

// Which updates ask the bot for something, and how many of them are answered.

/** Telegram's own accounts behind whom people write: https://core.telegram.org/bots/api#message */
const standIns = {
  /** An admin who remains anonymous. */
  anonymousAdmin: 1087968824,
  /** Somebody who writes as a channel. */
  channel: 136817688,
};

/** A text that the bot answers: a command, or what somebody writes to it in private. */
export type Asked = { command?: { name: string; rest: string; known: Command | undefined } };

/** What a text asks; null where it is not for this bot. */
export function askedBy(message: Message, username: string): Asked | null {
  const { text, chat, from, sender_chat, is_automatic_forward } = message;
  if (text === undefined) return null;
  // A post of the linked channel that Telegram puts into its group asks nothing; other bots are nobody.
  if (is_automatic_forward) return null;
  if (chat.type !== "channel" && !sender_chat && (from?.is_bot ?? true)) return null;
  const read = readCommand(text, username);
  if (read === "other") return null;
  // Members' talk in groups is not ours to answer.
  if (!read) return chat.type === "private" ? {} : null;
  const { name, rest, isForMe } = read;
  const known = commands.find((one) => one.name === name);
  if (!known && chat.type !== "private" && !isForMe) return null;
  return { command: { name, rest, known } };
}

/** Whether a group's message comes from an anonymous admin, or from somebody who writes as a channel. */
export function isAnonymous({ chat, from, sender_chat }: Message): boolean {
  if (chat.type === "private" || chat.type === "channel") return false;
  const isStandIn = Object.values(standIns).some((id) => id === from?.id);
  return sender_chat !== undefined || isStandIn;
}

/**
 * Whether an update is answered: it asks something, and neither its author nor its chat has asked too
 * much. What is pressed counts for its author alone: a whole group may answer an announcement.
 */
export function verdictOn(update: Update, username: string, budgets: Budgets): Verdict | "nothing" {
  const { callback_query: pressed, chat_join_request: request } = update;
  if (pressed) return budgets.ofPerson.take(String(pressed.from.id));
  if (request) return budgets.ofPerson.take(String(request.from.id));
  const message = update.message ?? update.channel_post;
  if (message?.text === undefined) return "allowed";
  if (!askedBy(message, username)) return "nothing";
  const { chat, from } = message;
  const isKnown = from !== undefined && !isAnonymous(message) && chat.type !== "channel";
  const ofPerson = isKnown ? budgets.ofPerson.take(String(from.id)) : "allowed";
  if (chat.type === "private" || ofPerson !== "allowed") return ofPerson;
  return budgets.ofChat.take(String(chat.id));
}

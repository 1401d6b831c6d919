import { randomInt } from "node:crypto";
import type { ActAnswer, Person } from "../contract.ts";
import { type Spot, userShown } from "./chats.ts";
import { present } from "./messages.ts";
import { no, outcome } from "./outcome.ts";
import type { World } from "./world.ts";

const MOST_PRESSES = 10_000;

/** A person presses a button, found by its label. */
export function press(
  world: World,
  person: Person,
  spot: Spot,
  act: { message: string; button: string },
  waitMs: number,
): Promise<ActAnswer> {
  const { chat, thread } = spot;
  const kept = present(chat, Number(act.message));
  if (!kept || kept.thread !== thread || chat.outsiders.has(person.telegramId)) {
    return no(`There is no message ${act.message} here`);
  }
  const buttons = (kept.message.reply_markup?.inline_keyboard ?? []).flat();
  const button = buttons.find((button) => button.text === act.button);
  if (!button) {
    const labels = buttons.map((button) => `"${button.text}"`).join(", ") || "none";
    return no(`Message ${act.message} has no button "${act.button}"; its buttons: ${labels}`);
  }
  if ("url" in button) return no(`"${act.button}" is a link to ${button.url}`);
  if ("copy_text" in button) return no(`"${act.button}" only copies ${button.copy_text.text}`);
  if (!("callback_data" in button)) return no(`"${act.button}" does nothing here`);
  if (chat.bot !== "in") return no("The bot is not in this chat");

  // Beyond what a counter gives, so that the bot's memory of an earlier world cannot match.
  const queryId = `${world.now()}${String(randomInt(1e9)).padStart(9, "0")}`;
  const from = userShown(person);
  world.presses.set(queryId, { at: world.now(), from });
  if (world.presses.size > MOST_PRESSES) {
    world.presses.delete(world.presses.keys().next().value ?? "");
  }
  const updateId = world.updates.push({
    callback_query: {
      id: queryId,
      from,
      message: kept.message,
      chat_instance: String(chat.id * -31),
      data: button.callback_data,
    },
  });
  return outcome(world, person, spot, { updateId, queryId, waitMs });
}

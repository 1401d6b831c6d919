import type { Line, Message } from "./message.ts";
import { cut } from "./sanitize.ts";

/** How a platform turns a message into one text, and how long it may be. */
export type Budget<T> = {
  maxLength: number;
  render: (message: Message) => T;
  lengthOf: (rendered: T) => number;
};

/**
 * Renders a message so that it fits: first the body is cut, then entries of the list are left out
 * from the end and counted. Looks at no more than a few renders, whatever the list's length.
 */
export function fit<T>(message: Message, budget: Budget<T>): T {
  const whole = budget.render(withItems(message, message.items?.length ?? 0));
  if (budget.lengthOf(whole) <= budget.maxLength) return whole;
  const shorter = message.body === undefined ? message : withBody(message, budget);
  return withFewerItems(shorter, budget);
}

/** The entries of a list as blocks that stand apart; those of a table are one. */
export function itemBlocks({ items = [], isTable = false }: Message): Line[][] {
  return isTable ? [[...items]] : items.map((line) => [line]);
}

function withBody<T>(message: Message, budget: Budget<T>): Message {
  const { body = "", ...rest } = message;
  const room = budget.maxLength - budget.lengthOf(budget.render(withItems(rest, 0))) - 2;
  // Escaping can lengthen a text on some platforms; half the room is then still enough.
  for (const share of [1, 0.75, 0.5, 0.25]) {
    const candidate = { ...rest, body: cut(body, Math.floor(room * share)) };
    if (room > 20 && budget.lengthOf(budget.render(candidate)) <= budget.maxLength)
      return candidate;
  }
  return rest;
}

function withFewerItems<T>(message: Message, budget: Budget<T>): T {
  let [low, high] = [0, message.items?.length ?? 0];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const rendered = budget.render(withItems(message, middle));
    if (budget.lengthOf(rendered) <= budget.maxLength) low = middle;
    else high = middle - 1;
  }
  return budget.render(withItems(message, low));
}

function withItems(message: Message, count: number): Message {
  const items = message.items ?? [];
  const hidden = Math.max(message.total ?? items.length, items.length) - count;
  const shown = items.slice(0, count);
  if (hidden <= 0 || !message.more) return { ...message, items: shown };
  return { ...message, items: [...shown, [{ italic: message.more(hidden) }]] };
}

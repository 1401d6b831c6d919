import { api } from "../../convex/_generated/api.js";
import type { Button, Form, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { cityKeyOf } from "../money/city.ts";
import type { Call } from "./command.ts";
import { giveWeekly } from "./give.ts";

// A gift works for its giver's city: whoever has none yet is asked before they give. `cents` is what
// they wanted to give, and goes on with the answer.

/** Asks in which city a gift shall work: those where charities wait, or another. */
export async function askCity(call: Call, cents: number): Promise<Message> {
  const { t, plaza } = call;
  const { cities } = await plaza.query(api.subscriptions.getUserSubscriptions, {});
  const known = cities.flatMap((city): Button[] => {
    const press = `give|in|${cents}|${cityKeyOf(city)}`;
    return fits(press) ? [{ label: cleanName(city, 40), press }] : [];
  });
  const other = { label: t("give.city.other"), press: `give|in|${cents}` };
  return {
    title: t("give.city.title"),
    lines: [[t("give.city.ask")]],
    buttons: rows([...known, other]),
    isPrivate: true,
  };
}

const perRow = 3;

function rows(buttons: readonly Button[]): Button[][] {
  const count = Math.ceil(buttons.length / perRow);
  return Array.from({ length: count }, (_, row) => buttons.slice(row * perRow, (row + 1) * perRow));
}

const longestPress = 64;

function fits(press: string): boolean {
  return new TextEncoder().encode(press).length <= longestPress;
}

/** A press: `give|in|500|vigo` takes a city, `give|in|500` asks for another in words. */
export async function pressCity(
  call: Call,
  amount: string,
  key: string | undefined,
): Promise<Message> {
  const { t, plaza } = call;
  const cents = Number(amount);
  if (key === undefined) {
    const form = cityForm(call, amount);
    return { form, lines: [[t("give.city.ask")]], isPrivate: true };
  }
  const { cities } = await plaza.query(api.subscriptions.getUserSubscriptions, {});
  const city = cities.find((one) => cityKeyOf(one) === key);
  const message =
    city === undefined ? await giveWeekly(call, cents) : await take(call, city, cents);
  return { ...message, replaces: true };
}

/** The question for a city in words; `of` are the cents. */
export function cityForm({ t }: Call, of: string): Form {
  return {
    id: `giveCity|${of}`,
    title: t("give.city.title"),
    fields: [{ id: "city", label: t("give.city.label"), longest: 80, isRequired: true }],
  };
}

/** Takes the answer, and goes on with the gift. */
export async function submitCity(call: Call, of: string, city: string): Promise<Message> {
  return await take(call, city, Number(of));
}

async function take(call: Call, city: string, cents: number): Promise<Message> {
  await call.plaza.mutation(api.profiles.update, { city });
  return await giveWeekly(call, cents);
}

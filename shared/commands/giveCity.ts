import { api } from "../../convex/_generated/api.js";
import type { Button, Form } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { cityKeyOf } from "../money/city.ts";
import type { CommandContext } from "./command.ts";
import { giveWeekly } from "./give.ts";
import { reply, type Reply } from "./reply.ts";

// A gift works for its giver's city: whoever has none yet is asked before they give. `cents` is what
// they wanted to give, and goes on with the answer.

/** Asks in which city a gift shall work: those where charities wait, or another. */
export async function askCity(ctx: CommandContext, cents: number): Promise<Reply> {
  const { t, backend } = ctx;
  const { cities } = await backend.query(api.subscriptions.getUserSubscriptions, {});
  const known = cities.flatMap((city): Button[] => {
    const action = `give|in|${cents}|${cityKeyOf(city)}`;
    return fits(action) ? [{ label: cleanName(city, 40), action }] : [];
  });
  const other = { label: t("give.city.other"), action: `give|in|${cents}` };
  return reply(
    {
      title: t("give.city.title"),
      lines: [[t("give.city.ask")]],
      buttons: rows([...known, other]),
    },
    { ephemeral: true },
  );
}

const perRow = 3;

function rows(buttons: readonly Button[]): Button[][] {
  const count = Math.ceil(buttons.length / perRow);
  return Array.from({ length: count }, (_, row) => buttons.slice(row * perRow, (row + 1) * perRow));
}

const maxActionIdBytes = 64;

function fits(action: string): boolean {
  return new TextEncoder().encode(action).length <= maxActionIdBytes;
}

/** Its actions: `give|in|500|vigo` takes a city, `give|in|500` asks for another in words. */
export async function cityAction(
  ctx: CommandContext,
  amount: string,
  key: string | undefined,
): Promise<Reply> {
  const { t, backend } = ctx;
  const cents = Number(amount);
  if (key === undefined) {
    const form = cityForm(ctx, amount);
    return reply({ form, lines: [[t("give.city.ask")]] }, { ephemeral: true });
  }
  const { cities } = await backend.query(api.subscriptions.getUserSubscriptions, {});
  const city = cities.find((one) => cityKeyOf(one) === key);
  const message = city === undefined ? await giveWeekly(ctx, cents) : await take(ctx, city, cents);
  return reply(message, { editsMessage: true });
}

/** The question for a city in words; `of` are the cents. */
export function cityForm({ t }: CommandContext, of: string): Form {
  return {
    id: `giveCity|${of}`,
    title: t("give.city.title"),
    fields: [{ id: "city", label: t("give.city.label"), longest: 80, isRequired: true }],
  };
}

/** Takes the answer, and goes on with the gift. */
export async function submitCity(ctx: CommandContext, of: string, city: string): Promise<Reply> {
  return await take(ctx, city, Number(of));
}

async function take(ctx: CommandContext, city: string, cents: number): Promise<Reply> {
  await ctx.backend.mutation(api.profiles.update, { city });
  return await giveWeekly(ctx, cents);
}

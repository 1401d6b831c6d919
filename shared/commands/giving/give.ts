import type { FunctionReturnType } from "convex/server";
import { meaningOf } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import {
  type Button,
  type Form,
  labelled,
  type Line,
  type Message,
} from "../../messages/message.ts";
import { formatMoney, readMoney, weeklyAmount, weeklyAmounts } from "../../money/money.ts";
import { refusalOf } from "../../refusals.ts";
import { cleanName, isSafeLink, plain } from "../../messages/sanitize.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";
import { cityKeyOf } from "../../money/city.ts";

// A weekly donation plan: showing, starting, changing, pausing and stopping it.

export const give: Command = {
  name: "give",
  describe: "command.give",
  for: "anyone",
  // Suspended and banned members can still stop their plan.
  hiddenFrom: ["stranger", "incomplete", "pending"],
  ephemeral: true,
  where: "hidden",
  options: [{ name: "amount", describe: "option.give" }],
  async run(ctx) {
    const { words, named } = ctx.args;
    const typed = plain(named["amount"] ?? words.join(" "));
    const cents = readMoney(typed);
    if (cents !== undefined) return await giveWeekly(ctx, cents);
    const verb = meaningOf("gift-verb", typed);
    if (verb) return await change(ctx, verb);
    return typed === "" ? await ownPlan(ctx) : otherAmounts(ctx, typed);
  },
  actions: { give: giveAction },
  forms: {
    giveCity: {
      show: cityForm,
      submit: async (ctx, cents, { city = "" }) => submitCity(ctx, cents, city),
    },
  },
};

const verbs = ["change", "pause", "resume", "stop"] as const;
type Verb = (typeof verbs)[number];

/** Its actions: `give`, `give|500`, `give|pause`, `give|stop|yes`, `give|in|<cents>|<city>`. */
async function giveAction(ctx: CommandContext, parts: readonly string[]): Promise<Reply> {
  const { t, backend } = ctx;
  const [part = "", answer, ...more] = parts;
  if (part === "") return await ownPlan(ctx);
  if (part === "in") return await cityAction(ctx, answer ?? "", more[0]);
  if (part === "stop" && answer === "yes") {
    await backend.action(api.subscriptions.cancelSubscription, {});
    return reply({ lines: [[t("give.stopped")]] }, { ephemeral: true, editsMessage: true });
  }
  const verb = verbs.find((one) => one === part);
  const said = verb ? await change(ctx, verb) : await giveWeekly(ctx, Number(part));
  return reply(said, { editsMessage: true });
}

async function change(ctx: CommandContext, verb: Verb): Promise<Reply> {
  const { t, backend } = ctx;
  switch (verb) {
    case "change":
      return reply(
        { title: t("give.title"), lines: [[t("give.which")]], ...amounts(ctx) },
        { ephemeral: true },
      );
    case "pause":
      await backend.action(api.subscriptions.pauseSubscription, {});
      return await ownPlan(ctx, t("give.paused"));
    case "resume":
      await backend.action(api.subscriptions.resumeSubscription, {});
      return await ownPlan(ctx, t("give.resumed"));
    case "stop":
      return reply(
        {
          title: t("give.stop.title"),
          lines: [[t("give.stop.ask")]],
          buttons: [
            [
              { label: t("give.stop.yes"), action: "give|stop|yes" },
              { label: t("button.cancel"), action: "give" },
            ],
          ],
        },
        { ephemeral: true },
      );
  }
}

/** Starts a gift of so many cents a week, or changes the one there is. */
async function giveWeekly(ctx: CommandContext, cents: number): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const amount = weeklyAmount(cents);
  if (amount === undefined) return otherAmounts(ctx);
  const money = formatMoney(amount, reader.locale);
  try {
    const { locale } = reader;
    const given = await backend.action(api.subscriptions.give, { amount, locale });
    if (given.is === "changed") return await ownPlan(ctx, t("give.changed", { amount: money }));
    return paying(ctx, given.url, money);
  } catch (error) {
    if (refusalOf(error) !== "no-city") throw error;
    return await askCity(ctx, amount);
  }
}

/** Where it is paid. A local address cannot be a button and is shown as text. */
function paying({ t }: CommandContext, url: string, amount: string): Reply {
  return reply(
    {
      title: t("give.pay.title", { amount }),
      lines: [
        [t("give.pay")],
        ...(isSafeLink(url) ? [] : [[t("give.pay.page"), " ", { code: url }]]),
      ],
      buttons: [[{ label: t("give.pay.button", { amount }), url }]],
    },
    { ephemeral: true },
  );
}

function otherAmounts(ctx: CommandContext, typed?: string): Reply {
  const { t, reader } = ctx;
  const list = weeklyAmounts.map((cents) => formatMoney(cents, reader.locale)).join(", ");
  const hint = t("give.amounts", { list });
  const said = typed && t("unknown.option", { word: cleanName(typed, 60), hint });
  return reply({ lines: [[said || hint]], ...amounts(ctx) }, { ephemeral: true });
}

const perRow = 4;

/** The amounts as buttons; `current` is marked. */
function amounts({ reader }: CommandContext, current?: number): Pick<Message, "buttons"> {
  const all = weeklyAmounts.map((cents): Button => {
    const money = formatMoney(cents, reader.locale);
    return { label: cents === current ? `✓ ${money}` : money, action: `give|${cents}` };
  });
  return { buttons: [all.slice(0, perRow), all.slice(perRow)] };
}

type Gift = FunctionReturnType<typeof api.subscriptions.getUserSubscriptions>["subscriptions"][0];

/** The person's own plan, below `said`; without a plan, how to start one. */
async function ownPlan(ctx: CommandContext, said?: string): Promise<Reply> {
  const { t, backend, person } = ctx;
  const own = await backend.query(api.subscriptions.getUserSubscriptions, {});
  const live = own.subscriptions.filter(({ status }) => status !== "cancelled");
  const [gift] = live;
  if (!gift) return noGift(ctx, own.isOpen, person?.accessLevel);
  const isPaused = gift.status === "paused";
  return reply(
    {
      title: t("give.title"),
      lines: [
        ...(said === undefined ? [] : [[said]]),
        ...live.flatMap((one) => giftLines(ctx, one)),
      ],
      buttons: [
        [
          { label: t("give.button.change"), action: "give|change" },
          isPaused
            ? { label: t("give.button.resume"), action: "give|resume" }
            : { label: t("give.button.pause"), action: "give|pause" },
          { label: t("give.button.stop"), action: "give|stop" },
        ],
      ],
    },
    { ephemeral: true, editsMessage: true },
  );
}

function giftLines({ t, reader }: CommandContext, gift: Gift): Line[] {
  const amount = formatMoney(gift.amount, reader.locale);
  return [
    labelled(t("give.gift"), t("give.weekly", { amount })),
    labelled(t("give.status"), t(`give.status.${gift.status}`)),
    labelled(t("give.city"), cleanName(gift.city, 80) || t("give.nowhere")),
    ...(gift.nextPaymentAt === undefined
      ? []
      : [[{ bold: t("give.next") }, ": ", { time: gift.nextPaymentAt, style: "full" as const }]]),
    ...(gift.failedAt === undefined
      ? []
      : [[t("give.failed"), " ", { time: gift.failedAt, style: "full" as const }]]),
  ];
}

function noGift(
  ctx: CommandContext,
  isOpen: boolean,
  accessLevel: NonNullable<CommandContext["person"]>["accessLevel"] = "stranger",
): Reply {
  const { t } = ctx;
  const isMember = ["member", "moderator", "admin"].includes(accessLevel);
  const isBlocked = accessLevel === "suspended" || accessLevel === "banned";
  const why = isBlocked
    ? accessLevel
    : accessLevel === "pending"
      ? "still-pending"
      : "members-only";
  if (!isMember) return reply({ lines: [[t(`refusal.${why}`)]] }, { ephemeral: true });
  if (!isOpen) return reply({ lines: [[t("refusal.no-giving")]] }, { ephemeral: true });
  return reply(
    { title: t("give.title"), lines: [[t("give.none")]], ...amounts(ctx) },
    { ephemeral: true, editsMessage: true },
  );
}

// A gift goes to charities of its giver's city: a person without a city is asked first. `cents` is what
// they wanted to give, and goes on with the answer.

/** Asks in which city a gift shall work: those where charities wait, or another. */
async function askCity(ctx: CommandContext, cents: number): Promise<Reply> {
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

const citiesPerRow = 3;

function rows(buttons: readonly Button[]): Button[][] {
  const count = Math.ceil(buttons.length / citiesPerRow);
  return Array.from({ length: count }, (_, row) =>
    buttons.slice(row * citiesPerRow, (row + 1) * citiesPerRow),
  );
}

const maxActionIdBytes = 64;

function fits(action: string): boolean {
  return new TextEncoder().encode(action).length <= maxActionIdBytes;
}

/** Its actions: `give|in|500|vigo` takes a city, `give|in|500` asks for another in words. */
async function cityAction(
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
function cityForm({ t }: CommandContext, of: string): Form {
  return {
    id: `giveCity|${of}`,
    title: t("give.city.title"),
    fields: [{ id: "city", label: t("give.city.label"), maxLength: 80, isRequired: true }],
  };
}

/** Takes the answer, and goes on with the gift. */
async function submitCity(ctx: CommandContext, of: string, city: string): Promise<Reply> {
  return await take(ctx, city, Number(of));
}

async function take(ctx: CommandContext, city: string, cents: number): Promise<Reply> {
  await ctx.backend.mutation(api.profiles.update, { city });
  return await giveWeekly(ctx, cents);
}

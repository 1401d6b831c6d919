import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { isSafeLink } from "../links.ts";
import { labelled } from "../messages/labelled.ts";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { formatMoney, readMoney } from "../money/money.ts";
import { weeklyAmount, weeklyAmounts } from "../money/prices.ts";
import { refusalOf } from "../refusals.ts";
import { plain } from "../time/when.ts";
import { askCity, pressCity } from "./giveCity.ts";
import type { Call, Command } from "./command.ts";

// A weekly gift: seeing, starting, changing, pausing and stopping it. Nobody else's business.

export const give: Command = {
  name: "give",
  describe: "command.give",
  for: "anyone",
  // Who was barred after they began can still stop.
  uselessTo: ["stranger", "incomplete", "pending"],
  isPrivate: true,
  where: "hidden",
  options: [{ name: "amount", aliases: ["monto", "cantidad"], describe: "option.give" }],
  async run(call) {
    const { words, named } = call.args;
    const wish = plain(named["amount"] ?? words.join(" "));
    const cents = readMoney(wish);
    if (cents !== undefined) return await giveWeekly(call, cents);
    const known = Object.entries(wishes).find(([, spellings]) => spellings.includes(wish));
    if (known) return await doWish(call, known[0] as Wish);
    return wish === "" ? await ownGift(call) : otherAmounts(call);
  },
};

type Wish = "change" | "pause" | "resume" | "stop";
const wishes: Record<Wish, readonly string[]> = {
  change: ["change", "cambiar"],
  pause: ["pause", "pausar", "pausa"],
  resume: ["resume", "reanudar", "continuar"],
  stop: ["stop", "cancel", "parar", "detener", "cancelar"],
};

/** A press: `give`, `give|500`, `give|pause`, `give|stop|yes`, `give|in|<cents>|<city>`. */
export async function pressGive(call: Call, parts: readonly string[]): Promise<Message> {
  const { t, plaza } = call;
  const [wish = "", answer, ...more] = parts;
  if (wish === "") return await ownGift(call);
  if (wish === "in") return await pressCity(call, answer ?? "", more[0]);
  if (wish === "stop" && answer === "yes") {
    await plaza.action(api.subscriptions.cancelSubscription, {});
    return { lines: [[t("give.stopped")]], isPrivate: true, replaces: true };
  }
  const known = Object.hasOwn(wishes, wish);
  const message = known ? await doWish(call, wish as Wish) : await giveWeekly(call, Number(wish));
  return { ...message, replaces: true };
}

async function doWish(call: Call, wish: Wish): Promise<Message> {
  const { t, plaza } = call;
  switch (wish) {
    case "change":
      return { title: t("give.title"), lines: [[t("give.which")]], ...amounts(call) };
    case "pause":
      await plaza.action(api.subscriptions.pauseSubscription, {});
      return await ownGift(call, t("give.paused"));
    case "resume":
      await plaza.action(api.subscriptions.resumeSubscription, {});
      return await ownGift(call, t("give.resumed"));
    case "stop":
      return {
        title: t("give.stop.title"),
        lines: [[t("give.stop.ask")]],
        buttons: [
          [
            { label: t("give.stop.yes"), press: "give|stop|yes" },
            { label: t("button.cancel"), press: "give" },
          ],
        ],
        isPrivate: true,
      };
  }
}

/** Starts a gift of so many cents a week, or changes the one there is. */
export async function giveWeekly(call: Call, cents: number): Promise<Message> {
  const { t, plaza, reader } = call;
  const amount = weeklyAmount(cents);
  if (amount === undefined) return otherAmounts(call);
  const money = formatMoney(amount, reader.locale);
  try {
    const { locale } = reader;
    const given = await plaza.action(api.subscriptions.give, { amount, locale });
    if (given.is === "changed") return await ownGift(call, t("give.changed", { amount: money }));
    return paying(call, given.url, money);
  } catch (error) {
    if (refusalOf(error) !== "no-city") throw error;
    return await askCity(call, amount);
  }
}

/** Where it is paid. An address that cannot be a button, as on one's own machine, is written out. */
function paying({ t }: Call, url: string, amount: string): Message {
  return {
    title: t("give.pay.title", { amount }),
    lines: [
      [t("give.pay")],
      ...(isSafeLink(url) ? [] : [[t("give.pay.page"), " ", { code: url }]]),
    ],
    buttons: [[{ label: t("give.pay.button", { amount }), url }]],
    isPrivate: true,
  };
}

function otherAmounts(call: Call): Message {
  const { t, reader } = call;
  const list = weeklyAmounts.map((cents) => formatMoney(cents, reader.locale)).join(", ");
  return { lines: [[t("give.amounts", { list })]], ...amounts(call) };
}

const perRow = 4;

/** The amounts as buttons; `current` is marked. */
function amounts({ reader }: Call, current?: number): Pick<Message, "buttons" | "isPrivate"> {
  const all = weeklyAmounts.map((cents): Button => {
    const money = formatMoney(cents, reader.locale);
    return { label: cents === current ? `✓ ${money}` : money, press: `give|${cents}` };
  });
  return { buttons: [all.slice(0, perRow), all.slice(perRow)], isPrivate: true };
}

type Gift = FunctionReturnType<typeof api.subscriptions.getUserSubscriptions>["subscriptions"][0];

/** One's own gift as it is now, below `said`; where there is none, how to begin. */
async function ownGift(call: Call, said?: string): Promise<Message> {
  const { t, plaza, person } = call;
  const own = await plaza.query(api.subscriptions.getUserSubscriptions, {});
  const live = own.subscriptions.filter(({ status }) => status !== "cancelled");
  const [gift] = live;
  if (!gift) return noGift(call, own.isOpen, person?.standing);
  const isPaused = gift.status === "paused";
  return {
    title: t("give.title"),
    lines: [
      ...(said === undefined ? [] : [[said]]),
      ...live.flatMap((one) => giftLines(call, one)),
    ],
    buttons: [
      [
        { label: t("give.button.change"), press: "give|change" },
        isPaused
          ? { label: t("give.button.resume"), press: "give|resume" }
          : { label: t("give.button.pause"), press: "give|pause" },
        { label: t("give.button.stop"), press: "give|stop" },
      ],
    ],
    isPrivate: true,
    replaces: true,
  };
}

function giftLines({ t, reader }: Call, gift: Gift): Line[] {
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
  call: Call,
  isOpen: boolean,
  standing: NonNullable<Call["person"]>["standing"] = "stranger",
): Message {
  const { t } = call;
  const isMember = ["member", "moderator", "admin"].includes(standing);
  const isBarred = standing === "suspended" || standing === "banned";
  const why = isBarred ? standing : standing === "pending" ? "still-pending" : "members-only";
  if (!isMember) return { lines: [[t(`refusal.${why}`)]], isPrivate: true };
  if (!isOpen) return { lines: [[t("refusal.no-giving")]], isPrivate: true };
  return { title: t("give.title"), lines: [[t("give.none")]], ...amounts(call), replaces: true };
}

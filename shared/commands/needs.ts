import { api } from "../../convex/_generated/api.js";
import { needWords } from "../messages/charityLines.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { readMoney } from "../money/money.ts";
import { plain } from "../time/when.ts";
import { charityOption, completeCharity, type FoundCharity, meantCharity } from "./charityNames.ts";
import type { Call, Command } from "./command.ts";
import { sourceMessage } from "./needsSource.ts";
import { readVerb } from "./verbs.ts";

const actions = ["list", "set", "source"] as const;
type Action = (typeof actions)[number];

const verbs: Record<string, Action> = {
  list: "list",
  lista: "list",
  set: "set",
  poner: "set",
  fijar: "set",
  source: "source",
  fuente: "source",
};

export const needs: Command = {
  name: "needs",
  describe: "command.needs",
  for: "admin",
  isPrivate: true,
  options: [
    { name: "action", aliases: ["accion"], describe: "option.needs-action", choices: actions },
    charityOption,
    { name: "urgency", aliases: ["urgencia"], describe: "option.urgency" },
    { name: "gap", aliases: ["falta"], describe: "option.gap" },
    {
      name: "category",
      aliases: ["kind", "tipo", "categoria"],
      describe: "option.need-category",
    },
    { name: "city", aliases: ["ciudad"], describe: "option.city" },
    { name: "url", aliases: ["fuente"], describe: "option.source" },
  ],
  async run(call) {
    const { named } = call.args;
    const { action, words } = readVerb(call.args, verbs);
    const written = named["charity"] ?? words.join(" ");
    const hasAmounts = named["urgency"] !== undefined || named["gap"] !== undefined;
    switch (action ?? (hasAmounts ? "set" : "list")) {
      case "list":
        return await list(call, named["city"] ?? words.join(" "));
      case "set":
        return await set(call, written);
      case "source":
        return await sourceMessage(call, named["url"] ?? words[0]);
    }
  },
  complete: completeCharity,
};

const mostListed = 15;

/** What is needed now, city by city. */
async function list(call: Call, city: string): Promise<Message> {
  const { t, plaza, reader } = call;
  const where = city.trim() ? { city } : {};
  const { shown, count } = await plaza.query(api.needs.getActiveNeeds, {
    ...where,
    limit: mostListed,
  });
  const example = t("usage", { example: t("usage.needs") });
  if (count === 0) return { lines: [[t("needs.none")], [example]], isPrivate: true };
  return {
    title: t("needs.title", { count }),
    items: shown.map((need): Line => [
      { bold: cleanName(need.charity, 80) },
      ` · ${cleanName(need.city, 40)} · ${cleanName(need.category, 40)}`,
      `\n${needWords(need, reader)}`,
    ]),
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
    footer: [[{ italic: example }]],
    isPrivate: true,
  };
}

/** Sets what a charity needs; what is not said of a need that is there stays. */
async function set(call: Call, written: string): Promise<Message> {
  const { t } = call;
  const amounts = readAmounts(call);
  if ("problem" in amounts) return { lines: [[amounts.problem]], isPrivate: true };
  const found = await meantCharity(call, written, { press: (id) => `charity|show|${id}` });
  if ("message" in found) return found.message;
  const { charity } = found;
  const need = await saved(call, charity, amounts);
  if (!need) return { lines: [[t("usage", { example: t("usage.needs") })]], isPrivate: true };
  const name = cleanName(charity.name, 80);
  const isWaiting = charity.verificationStatus !== "approved";
  return {
    lines: [
      [{ bold: name }, ` · ${cleanName(need.category, 40)}: ${needWords(need, call.reader)}`],
      ...(isWaiting ? [[{ italic: t("needs.waits") }]] : []),
    ],
    isPrivate: true,
  };
}

type Amounts = { urgencyScore?: number; fundingGap?: number };

/** Urgency and gap (cents) as far as they are given, or what is wrong with them. */
function readAmounts({ t, args }: Call): Amounts | { problem: string } {
  const { urgency, gap } = args.named;
  const urgencyScore = urgency === undefined ? undefined : Number(urgency.trim() || "none");
  const fundingGap = gap === undefined ? undefined : readMoney(gap);
  if (Number.isNaN(urgencyScore)) return { problem: t("refusal.bad-urgency") };
  if (gap !== undefined && fundingGap === undefined) return { problem: t("refusal.bad-gap") };
  return {
    ...(urgencyScore !== undefined && { urgencyScore }),
    ...(fundingGap !== undefined && { fundingGap }),
  };
}

/** The need as it is now; null where too little was said for a new one. */
async function saved({ plaza, args }: Call, charity: FoundCharity, amounts: Amounts) {
  const charityId = charity._id;
  const known = await plaza.query(api.needs.getNeedsByCharity, { charityId });
  const given = args.named["category"]?.trim();
  // Of a charity with one need, that one is meant.
  const category =
    given || (known.length === 1 ? known[0]?.category : undefined) || charity.category;
  const need = known.find((one) => plain(one.category) === plain(category));
  const whole = { urgencyScore: need?.urgencyScore, fundingGap: need?.fundingGap, ...amounts };
  const { urgencyScore, fundingGap } = whole;
  if (urgencyScore === undefined || fundingGap === undefined) return null;
  if (need && Object.keys(amounts).length === 0) return null;
  if (need) await plaza.mutation(api.needs.updateNeed, { needId: need._id, ...amounts });
  else
    await plaza.mutation(api.needs.createNeed, { charityId, urgencyScore, fundingGap, category });
  return { urgencyScore, fundingGap, category };
}

import { api } from "../../../convex/_generated/api.js";
import { needWords } from "../../messages/charityCard.ts";
import { labelled, type Line } from "../../messages/message.ts";
import { readMoney } from "../../money/money.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import {
  charityOption,
  completeCharity,
  type FoundCharity,
  resolveCharity,
} from "./resolveCharity.ts";
import { readVerb } from "../args.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";
import { isTermOf, meaningOf } from "../../texts/synonyms.ts";
import { cityKeyOf } from "../../money/city.ts";

const verbs = ["list", "set", "source"] as const;

export const needs: Command = {
  name: "needs",
  describe: "command.needs",
  for: "admin",
  ephemeral: true,
  options: [
    {
      name: "action",
      describe: "option.needs-action",
      choices: verbs,
      read: (typed) => meaningOf("needs-verb", typed),
    },
    charityOption,
    { name: "urgency", describe: "option.urgency", read: readUrgency },
    { name: "gap", describe: "option.gap", read: readMoney },
    { name: "category", describe: "option.need-category" },
    { name: "city", describe: "option.city" },
    { name: "url", describe: "option.source" },
  ],
  async run(ctx) {
    const { named } = ctx.args;
    const { verb, words } = readVerb(ctx.args, "needs-verb");
    const typed = named["charity"] ?? words.join(" ");
    const hasAmounts = ["urgency", "gap", "charity", "category"].some((name) => name in named);
    const implied = hasAmounts ? "set" : named["url"] === undefined ? "list" : "source";
    switch (verb ?? implied) {
      case "list":
        return await list(ctx, named["city"] ?? words.join(" "));
      case "set":
        return await set(ctx, typed);
      case "source":
        return await sourceMessage(ctx, named["url"] ?? words[0]);
    }
  },
  complete: completeCharity,
  actions: { needs: sourceAction },
};

/** 0 to 100, as typed; Convex refuses other numbers. */
function readUrgency(typed: string): number | undefined {
  const urgency = Number(typed.trim() || "none");
  return Number.isNaN(urgency) ? undefined : urgency;
}

const maxListed = 15;

/** What is needed now, city by city. */
async function list(ctx: CommandContext, city: string): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const where = city.trim() ? { city } : {};
  const { shown, count } = await backend.query(api.needs.getActiveNeeds, {
    ...where,
    limit: maxListed,
  });
  const example = t("usage", { example: t("usage.needs") });
  if (count === 0 && city.trim() !== "") {
    const unknown = await unknownCity(ctx, city);
    if (unknown) return reply({ lines: [[unknown], [example]] }, { ephemeral: true });
  }
  if (count === 0) return reply({ lines: [[t("needs.none")], [example]] }, { ephemeral: true });
  return reply(
    {
      title: t("needs.title", { count }),
      items: shown.map((need): Line => [
        { bold: cleanName(need.charity, 80) },
        ` · ${cleanName(need.city, 40)} · ${cleanName(need.category, 40)}`,
        `\n${needWords(need, reader)}`,
      ]),
      total: count,
      more: (hidden) => t("events.more", { count: hidden }),
      footer: [[{ italic: example }]],
    },
    { ephemeral: true },
  );
}

/** What to say of a city that has no charities; undefined for one that has. */
async function unknownCity({ t, backend }: CommandContext, city: string) {
  const cities = await backend.query(api.charities.getCities, {});
  if (cities.some((one) => cityKeyOf(one.city) === cityKeyOf(city))) return undefined;
  const names = cities.map((one) => cleanName(one.city, 40)).slice(0, 20);
  return t("needs.city-unknown", { city: cleanName(city, 60), names: names.join(", ") || "–" });
}

/** Sets what a charity needs; options that are left out keep their value. */
async function set(ctx: CommandContext, typed: string): Promise<Reply> {
  const { t } = ctx;
  const amounts = readAmounts(ctx);
  const resolved = await resolveCharity(ctx, typed, { actionOf: (id) => `charity|show|${id}` });
  if ("ask" in resolved) return resolved.ask;
  const { found: charity } = resolved;
  const need = await saved(ctx, charity, amounts);
  if (!need)
    return reply({ lines: [[t("usage", { example: t("usage.needs") })]] }, { ephemeral: true });
  const name = cleanName(charity.name, 80);
  const isWaiting = charity.verificationStatus !== "approved";
  return reply(
    {
      lines: [
        [{ bold: name }, ` · ${cleanName(need.category, 40)}: ${needWords(need, ctx.reader)}`],
        ...(isWaiting ? [[{ italic: t("needs.waits") }]] : []),
      ],
    },
    { ephemeral: true },
  );
}

type Amounts = { urgencyScore?: number; fundingGap?: number };

/** Urgency (0 to 100) and gap (cents) as typed. */
function readAmounts({ args }: CommandContext): Amounts {
  const { urgency, gap } = args.named;
  const urgencyScore = urgency === undefined ? undefined : readUrgency(urgency);
  const fundingGap = gap === undefined ? undefined : readMoney(gap);
  return {
    ...(urgencyScore !== undefined && { urgencyScore }),
    ...(fundingGap !== undefined && { fundingGap }),
  };
}

/** The need after the change; null where an option that a new need requires is missing. */
async function saved({ backend, args }: CommandContext, charity: FoundCharity, amounts: Amounts) {
  const charityId = charity._id;
  const known = await backend.query(api.needs.getNeedsByCharity, { charityId });
  const given = args.named["category"]?.trim();
  // Of a charity with one need, that one is meant.
  const category =
    given || (known.length === 1 ? known[0]?.category : undefined) || charity.category;
  const need = known.find((one) => plain(one.category) === plain(category));
  const whole = { urgencyScore: need?.urgencyScore, fundingGap: need?.fundingGap, ...amounts };
  const { urgencyScore, fundingGap } = whole;
  if (urgencyScore === undefined || fundingGap === undefined) return null;
  if (need && Object.keys(amounts).length === 0) return null;
  if (need) await backend.mutation(api.needs.updateNeed, { needId: need._id, ...amounts });
  else
    await backend.mutation(api.needs.createNeed, { charityId, urgencyScore, fundingGap, category });
  return { urgencyScore, fundingGap, category };
}

// The source from which needs are refreshed every day: naming it, and how that went.

/** Names a source, "off" for none; without either says what there is. */
async function sourceMessage(ctx: CommandContext, typed: string | undefined): Promise<Reply> {
  if (!typed) return await describe(ctx);
  const isOff = isTermOf("off", typed);
  await ctx.backend.mutation(api.needsFeed.setSource, { url: isOff ? null : typed });
  return reply({ lines: [[ctx.t(isOff ? "source.off" : "source.saved")]] }, { ephemeral: true });
}

/** Its actions: `needs|read`, `needs|off`. */
async function sourceAction(ctx: CommandContext, [part]: readonly string[]): Promise<Reply> {
  const { t, backend } = ctx;
  switch (part) {
    case "read":
      await backend.mutation(api.needsFeed.readNow, {});
      return reply({ lines: [[t("source.reading")]] }, { ephemeral: true });
    case "off":
      return await sourceMessage(ctx, "off");
    default:
      return reply({ lines: [[t("unknown.button")]] }, { ephemeral: true });
  }
}

async function describe({ t, backend }: CommandContext): Promise<Reply> {
  const feed = await backend.query(api.needsFeed.source, {});
  if (!feed)
    return reply(
      { lines: [[t("source.none", { example: t("usage.source") })]] },
      { ephemeral: true },
    );
  const { url, readAt, taken = 0, refused = 0, problems = [], error } = feed;
  const result: Line[] =
    error === undefined
      ? [[t("source.result", { taken, refused })]]
      : [[t("source.failed", { reason: cleanName(error, 200) })]];
  return reply(
    {
      title: t("source.title"),
      lines: [
        [{ code: url }],
        ...(readAt === undefined
          ? [labelled(t("source.read"), t("org.never"))]
          : [
              [{ bold: t("source.read") }, ": ", { time: readAt, style: "full" as const }],
              ...result,
            ]),
      ],
      items: problems.map((problem): Line => [cleanName(problem, 200)]),
      total: Math.max(refused, problems.length),
      more: (hidden) => t("events.more", { count: hidden }),
      buttons: [
        [
          { label: t("button.read-now"), action: "needs|read" },
          { label: t("button.stop"), action: "needs|off" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

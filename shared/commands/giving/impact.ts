import type { FunctionReturnType } from "convex/server";
import { isTermOf, meaningOf } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import type { Button } from "../../messages/message.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import { reportMessage } from "../../messages/report.ts";
import { supportedMap, weekMessage, weeksMessage } from "../../messages/week.ts";
import { formatDate } from "../../time/format.ts";
import { readWeekRange, weekMs, type WeekRange, weekStart } from "../../time/week.ts";
import { continueInPrivate, isPublicHere, reply } from "../reply.ts";
import type { Choice, Command, CommandContext, Reply } from "../command.ts";
import { resolve } from "../resolve.ts";

// What giving did: mine, everybody's, or a charity's; a week, or several.

export const impact: Command = {
  name: "impact",
  describe: "command.impact",
  for: "anyone",
  hiddenFrom: ["stranger", "incomplete", "pending"],
  ephemeral: true,
  options: [
    {
      name: "of",
      describe: "option.impact.of",
      choices: ["me", "community", "charity"],
      read: (typed) => meaningOf("scope", typed),
    },
    { name: "charity", describe: "option.impact.charity", completes: true },
    { name: "weeks", describe: "option.impact.weeks" },
  ],
  async run(ctx) {
    const { named, words } = ctx.args;
    const [first = "", ...rest] = words;
    const scope =
      meaningOf("scope", named["of"] ?? first) ?? (named["charity"] ? "charity" : undefined);
    const others = named["of"] === undefined && isTermOf("scope", first) ? rest : words;
    const charity = named["charity"];
    if (scope === "charity") return await ofCharity(ctx, charity ?? others.join(" "));
    const wanted = named["weeks"] ?? others.join(" ");
    const range = wanted === "" ? undefined : readWeekRange(wanted, ctx.now);
    if (wanted !== "" && !range) return unclear(ctx, wanted);
    const isMine = scope === undefined ? ctx.chat.kind === "private" : scope === "me";
    return isMine ? await mine(ctx, range) : await community(ctx, range);
  },
  async complete({ backend }, option, typed): Promise<Choice[]> {
    if (option !== "charity") return [];
    const found = await backend.query(api.charities.suggest, { typed });
    return found.map(({ _id, name }) => ({ name: cleanName(name, 90), value: _id }));
  },
  actions: { impact: impactAction },
};

function unclear({ t }: CommandContext, word: string): Reply {
  const hint = t("impact.hint", { one: "/impact me 8", other: "/impact community 2026-11-02" });
  return reply(
    { lines: [[t("unknown.option", { word: cleanName(word, 60), hint })]] },
    { ephemeral: true },
  );
}

/** Its actions: `impact`, `impact|me|<week>`, `impact|weeks`, `impact|map|<week>`, `impact|all|...`. */
async function impactAction(
  ctx: CommandContext,
  [view = "me", part = ""]: readonly string[],
): Promise<Reply> {
  const week = Number.parseInt(part, 36);
  const at = Number.isSafeInteger(week) ? { from: week, to: week } : undefined;
  const answer = async () => {
    switch (view) {
      case "me":
        return await mine(ctx, at);
      case "weeks":
        return await mine(ctx, lastWeeks(ctx));
      case "map":
        return await myMap(ctx, at);
      case "all":
        return await community(ctx, at);
      case "all-weeks":
        return await community(ctx, lastWeeks(ctx));
      case "all-map":
        return await communityMap(ctx, at);
      case "charity":
        return await ofCharity(ctx, part);
      default:
        return reply({ lines: [[ctx.t("unknown.button")]] }, { ephemeral: true });
    }
  };
  return reply(await answer(), { editsMessage: true });
}

const usualWeeks = 12;

function lastWeeks({ now }: CommandContext): WeekRange {
  const to = weekStart(now);
  return { from: to - (usualWeeks - 1) * weekMs, to };
}

/** What a person gave is for them alone: where others would read along, they are sent elsewhere. */
async function mine(ctx: CommandContext, range: WeekRange | undefined): Promise<Reply> {
  if (isPublicHere(ctx)) return continueInPrivate(ctx, impact);
  const { t, backend, reader } = ctx;
  if (range && range.from !== range.to) {
    const weeks = await backend.query(api.reports.getUserReports, range);
    if (weeks.length === 0) return nothingYet(ctx);
    const totals = weeks.map(({ weekStartDate, total }) => ({ weekStartDate, cents: total }));
    const buttons = [[{ label: t("button.impact.week"), action: "impact|me" }]];
    return reply(
      { ...weeksMessage(totals, t("impact.mine.weeks"), reader), buttons },
      { ephemeral: true },
    );
  }
  const report = range
    ? await backend.query(api.reports.getReport, { weekStartDate: range.from })
    : await backend.query(api.reports.getLatestReport, {});
  if (!report) return nothingYet(ctx);
  const [before] = report.before;
  const actionId = (view: string, week: number) => `impact|${view}|${week.toString(36)}`;
  const row: Button[] = [
    ...(before
      ? [{ label: t("button.impact.before"), action: actionId("me", before.weekStartDate) }]
      : []),
    { label: t("button.impact.weeks"), action: "impact|weeks" },
    { label: t("button.impact.map"), action: actionId("map", report.weekStartDate) },
  ];
  const buttons = [row, [{ label: t("button.impact.all"), action: "impact|all" }]];
  return reply({ ...reportMessage(report, reader), buttons }, { ephemeral: true });
}

function nothingYet({ t }: CommandContext): Reply {
  return reply(
    {
      lines: [[t("impact.none")]],
      buttons: [
        [
          { label: t("button.my-gift"), action: "give" },
          { label: t("button.impact.all"), action: "impact|all" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

async function myMap(ctx: CommandContext, range: WeekRange | undefined): Promise<Reply> {
  if (isPublicHere(ctx)) return continueInPrivate(ctx, impact);
  const { t, backend, reader } = ctx;
  const report =
    range && (await backend.query(api.reports.getReport, { weekStartDate: range.from }));
  if (!report) return nothingYet(ctx);
  const week = formatDate(report.weekStartDate, "UTC", reader.locale);
  const buttons = [
    [
      {
        label: t("button.impact.week"),
        action: `impact|me|${report.weekStartDate.toString(36)}`,
      },
    ],
  ];
  const map = supportedMap(report.shares, t("map.mine", { week }), reader);
  return reply({ ...map, buttons }, { ephemeral: true });
}

async function community(ctx: CommandContext, range: WeekRange | undefined): Promise<Reply> {
  const { t, backend, reader } = ctx;
  if (range && range.from !== range.to) {
    const weeks = await backend.query(api.impact.weeks, range);
    if (weeks.length === 0) return reply({ lines: [[t("impact.all.none")]] });
    const totals = weeks.map(({ weekStartDate, given }) => ({ weekStartDate, cents: given }));
    const buttons = [[{ label: t("button.impact.week"), action: "impact|all" }]];
    return reply({ ...weeksMessage(totals, t("impact.all.weeks"), reader), buttons });
  }
  const week = await backend.query(api.impact.week, range ? { weekStartDate: range.from } : {});
  if (!week) return reply({ lines: [[t("impact.all.none")]] });
  const part = week.weekStartDate.toString(36);
  const buttons = [
    [
      { label: t("button.impact.weeks"), action: "impact|all-weeks" },
      { label: t("button.impact.map"), action: `impact|all-map|${part}` },
    ],
  ];
  return reply({ ...weekMessage(week, reader), buttons });
}

async function communityMap(ctx: CommandContext, range: WeekRange | undefined): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const week = await backend.query(api.impact.week, range ? { weekStartDate: range.from } : {});
  if (!week) return reply({ lines: [[t("impact.all.none")]] });
  const date = formatDate(week.weekStartDate, "UTC", reader.locale);
  const part = week.weekStartDate.toString(36);
  const buttons = [[{ label: t("button.impact.week"), action: `impact|all|${part}` }]];
  return reply({ ...supportedMap(week.shares, t("map.all", { week: date }), reader), buttons });
}

type FoundCharity = FunctionReturnType<typeof api.charities.find>[number];

/** What one charity received in the last year. */
async function ofCharity(ctx: CommandContext, typed: string): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const resolved = await resolve<FoundCharity>({
    typed,
    find: async (who) => await backend.query(api.charities.find, { who }),
    isExact: ({ name }, who) => plain(name) === plain(who),
    isSure: ({ _id, name }, who) => _id === who || plain(name).includes(plain(who)),
    missing: () => reply({ lines: [[t("impact.charity.which")]] }, { ephemeral: true }),
    none: () => {
      const name = cleanName(typed, 60);
      return reply({ lines: [[t("impact.charity.unknown", { name })]] }, { ephemeral: true });
    },
    which: (found) =>
      reply(
        {
          lines: [[t("impact.charity.which")]],
          buttons: found.map(({ _id, name }) => [
            { label: cleanName(name, 60), action: `impact|charity|${_id}` },
          ]),
        },
        { ephemeral: true },
      ),
  });
  if ("ask" in resolved) return resolved.ask;
  const to = weekStart(ctx.now);
  const range = { from: to - 52 * weekMs, to };
  const charity = await backend.query(api.impact.charity, {
    charityId: resolved.found._id,
    ...range,
  });
  const name = cleanName(charity.name, 80);
  if (charity.weeks.length === 0) return reply({ lines: [[t("impact.charity.none", { name })]] });
  const totals = charity.weeks.map(({ weekStartDate, given }) => ({ weekStartDate, cents: given }));
  return reply(weeksMessage(totals, t("impact.charity.title", { name }), reader));
}

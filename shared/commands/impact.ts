import { api } from "../../convex/_generated/api.js";
import type { Button, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { reportMessage } from "../messages/report.ts";
import { supportedMap } from "../messages/supported.ts";
import { weekMessage } from "../messages/week.ts";
import { weeksMessage } from "../messages/weeks.ts";
import { formatDate } from "../time/format.ts";
import { weekMs, weekStart } from "../time/week.ts";
import { readWeekRange, type WeekRange } from "../time/weekRange.ts";
import type { Call, Choice, Command } from "./command.ts";
import { sendElsewhere } from "./where.ts";
import { wordIn } from "./verbs.ts";

// What giving did: mine, everybody's, or a charity's; a week, or several.

const scopes: Record<string, Scope> = {
  me: "me",
  mine: "me",
  yo: "me",
  mi: "me",
  mio: "me",
  community: "community",
  all: "community",
  comunidad: "community",
  todos: "community",
  charity: "charity",
  organizacion: "charity",
};
type Scope = "me" | "community" | "charity";

export const impact: Command = {
  name: "impact",
  describe: "command.impact",
  for: "anyone",
  uselessTo: ["stranger", "incomplete", "pending"],
  isPrivate: true,
  options: [
    {
      name: "of",
      aliases: ["de"],
      describe: "option.impact.of",
      choices: ["me", "community", "charity"],
    },
    {
      name: "charity",
      aliases: ["organizacion"],
      describe: "option.impact.charity",
      completes: true,
    },
    { name: "weeks", aliases: ["week", "semanas", "semana"], describe: "option.impact.weeks" },
  ],
  async run(call) {
    const { named, words } = call.args;
    const [first = "", ...rest] = words;
    const scope =
      wordIn(scopes, named["of"] ?? first) ?? (named["charity"] ? "charity" : undefined);
    const others = named["of"] === undefined && wordIn(scopes, first) ? rest : words;
    const charity = named["charity"];
    if (scope === "charity") return await ofCharity(call, charity ?? others.join(" "));
    const wanted = named["weeks"] ?? others.join(" ");
    const range = wanted === "" ? undefined : readWeekRange(wanted, call.now);
    if (wanted !== "" && !range) return unclear(call, wanted);
    const isMine = scope === undefined ? call.chat.kind === "private" : scope === "me";
    return isMine ? await mine(call, range) : await community(call, range);
  },
  async complete({ plaza }, option, typed): Promise<Choice[]> {
    if (option !== "charity") return [];
    const found = await plaza.query(api.charities.suggest, { typed });
    return found.map(({ _id, name }) => ({ name: cleanName(name, 90), value: _id }));
  },
};

function unclear({ t }: Call, word: string): Message {
  const hint = t("impact.hint", { one: "/impact me 8", other: "/impact community 2026-11-02" });
  return { lines: [[t("unknown.option", { word: cleanName(word, 60), hint })]], isPrivate: true };
}

/** A press: `impact`, `impact|me|<week>`, `impact|weeks`, `impact|map|<week>`, `impact|all|...`. */
export async function pressImpact(
  call: Call,
  [wish = "me", part = ""]: readonly string[],
): Promise<Message> {
  const week = Number.parseInt(part, 36);
  const at = Number.isSafeInteger(week) ? { from: week, to: week } : undefined;
  const answer = async () => {
    switch (wish) {
      case "me":
        return await mine(call, at);
      case "weeks":
        return await mine(call, lastWeeks(call));
      case "map":
        return await myMap(call, at);
      case "all":
        return await community(call, at);
      case "all-weeks":
        return await community(call, lastWeeks(call));
      case "all-map":
        return await communityMap(call, at);
      case "charity":
        return await ofCharity(call, part);
      default:
        return { lines: [[call.t("unknown.button")]], isPrivate: true };
    }
  };
  return { ...(await answer()), replaces: true };
}

const usualWeeks = 12;

function lastWeeks({ now }: Call): WeekRange {
  const to = weekStart(now);
  return { from: to - (usualWeeks - 1) * weekMs, to };
}

/** What a person gave is for them alone: where others would read along, they are sent elsewhere. */
async function mine(call: Call, range: WeekRange | undefined): Promise<Message> {
  if (isOpenly(call)) return sendElsewhere(call, impact);
  const { t, plaza, reader } = call;
  if (range && range.from !== range.to) {
    const weeks = await plaza.query(api.reports.getUserReports, range);
    if (weeks.length === 0) return nothingYet(call);
    const totals = weeks.map(({ weekStartDate, total }) => ({ weekStartDate, cents: total }));
    const buttons = [[{ label: t("button.impact.week"), press: "impact|me" }]];
    return { ...weeksMessage(totals, t("impact.mine.weeks"), reader), buttons, isPrivate: true };
  }
  const report = range
    ? await plaza.query(api.reports.getReport, { weekStartDate: range.from })
    : await plaza.query(api.reports.getLatestReport, {});
  if (!report) return nothingYet(call);
  const [before] = report.before;
  const press = (wish: string, week: number) => `impact|${wish}|${week.toString(36)}`;
  const row: Button[] = [
    ...(before
      ? [{ label: t("button.impact.before"), press: press("me", before.weekStartDate) }]
      : []),
    { label: t("button.impact.weeks"), press: "impact|weeks" },
    { label: t("button.impact.map"), press: press("map", report.weekStartDate) },
  ];
  const buttons = [row, [{ label: t("button.impact.all"), press: "impact|all" }]];
  return { ...reportMessage(report, reader), buttons, isPrivate: true };
}

function isOpenly({ chat, showsForms }: Call): boolean {
  return chat.kind !== "private" && !showsForms;
}

function nothingYet({ t }: Call): Message {
  return {
    lines: [[t("impact.none")]],
    buttons: [
      [
        { label: t("button.my-gift"), press: "give" },
        { label: t("button.impact.all"), press: "impact|all" },
      ],
    ],
    isPrivate: true,
  };
}

async function myMap(call: Call, range: WeekRange | undefined): Promise<Message> {
  if (isOpenly(call)) return sendElsewhere(call, impact);
  const { t, plaza, reader } = call;
  const report = range && (await plaza.query(api.reports.getReport, { weekStartDate: range.from }));
  if (!report) return nothingYet(call);
  const week = formatDate(report.weekStartDate, "UTC", reader.locale);
  const buttons = [
    [
      {
        label: t("button.impact.week"),
        press: `impact|me|${report.weekStartDate.toString(36)}`,
      },
    ],
  ];
  const map = supportedMap(report.shares, t("map.mine", { week }), reader);
  return { ...map, buttons, isPrivate: true };
}

async function community(call: Call, range: WeekRange | undefined): Promise<Message> {
  const { t, plaza, reader } = call;
  if (range && range.from !== range.to) {
    const weeks = await plaza.query(api.impact.weeks, range);
    if (weeks.length === 0) return { lines: [[t("impact.all.none")]] };
    const totals = weeks.map(({ weekStartDate, given }) => ({ weekStartDate, cents: given }));
    const buttons = [[{ label: t("button.impact.week"), press: "impact|all" }]];
    return { ...weeksMessage(totals, t("impact.all.weeks"), reader), buttons };
  }
  const week = await plaza.query(api.impact.week, range ? { weekStartDate: range.from } : {});
  if (!week) return { lines: [[t("impact.all.none")]] };
  const part = week.weekStartDate.toString(36);
  const buttons = [
    [
      { label: t("button.impact.weeks"), press: "impact|all-weeks" },
      { label: t("button.impact.map"), press: `impact|all-map|${part}` },
    ],
  ];
  return { ...weekMessage(week, reader), buttons };
}

async function communityMap(call: Call, range: WeekRange | undefined): Promise<Message> {
  const { t, plaza, reader } = call;
  const week = await plaza.query(api.impact.week, range ? { weekStartDate: range.from } : {});
  if (!week) return { lines: [[t("impact.all.none")]] };
  const date = formatDate(week.weekStartDate, "UTC", reader.locale);
  const part = week.weekStartDate.toString(36);
  const buttons = [[{ label: t("button.impact.week"), press: `impact|all|${part}` }]];
  return { ...supportedMap(week.shares, t("map.all", { week: date }), reader), buttons };
}

async function ofCharity(call: Call, written: string): Promise<Message> {
  const { t, plaza, reader } = call;
  const found = written === "" ? [] : await plaza.query(api.charities.find, { who: written });
  const [only, ...others] = found;
  if (!only) {
    const name = cleanName(written, 60);
    return {
      lines: [[name === "" ? t("impact.charity.which") : t("impact.charity.unknown", { name })]],
      isPrivate: true,
    };
  }
  if (others.length > 0)
    return {
      lines: [[t("impact.charity.which")]],
      buttons: found.map(({ _id, name }) => [
        { label: cleanName(name, 60), press: `impact|charity|${_id}` },
      ]),
      isPrivate: true,
    };
  const to = weekStart(call.now);
  const range = { from: to - 52 * weekMs, to };
  const charity = await plaza.query(api.impact.charity, { charityId: only._id, ...range });
  const name = cleanName(charity.name, 80);
  if (charity.weeks.length === 0) return { lines: [[t("impact.charity.none", { name })]] };
  const totals = charity.weeks.map(({ weekStartDate, given }) => ({ weekStartDate, cents: given }));
  return weeksMessage(totals, t("impact.charity.title", { name }), reader);
}

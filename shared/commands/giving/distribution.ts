import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Button, Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { formatMoney } from "../../money/money.ts";
import { formatUrgency } from "../../money/shareFacts.ts";
import { formatDate } from "../../time/format.ts";
import { readWeekRange } from "../../time/week.ts";
import { meaningOf } from "../../texts/synonyms.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

// Look before executing: what a week would give, and then, once, that it does.

type Preview = FunctionReturnType<typeof api.portfolioManager.getDistributionPreview>;

export const distribution: Command = {
  name: "distribution",
  describe: "command.distribution",
  for: "admin",
  ephemeral: true,
  where: "hidden",
  options: [
    {
      name: "do",
      describe: "option.distribution",
      choices: ["preview", "run"],
      read: (typed) => meaningOf("distribution-verb", typed),
    },
    { name: "week", describe: "option.distribution.week" },
  ],
  async run(ctx) {
    const { named, words } = ctx.args;
    const [first = "", ...rest] = words;
    const typed = named["do"] ?? first;
    const verb = meaningOf("distribution-verb", typed);
    const typedWeek = named["week"] ?? (named["do"] === undefined ? rest : words).join(" ");
    const range = typedWeek === "" ? undefined : readWeekRange(typedWeek, ctx.now);
    if (typed.trim() !== "" && !verb) return unclear(ctx, typed);
    // One week: of a range, or of none, nothing is distributed.
    if (typedWeek !== "" && (!range || range.from !== range.to)) return unclear(ctx, typedWeek);
    const due = await ctx.backend.query(api.portfolioManager.due, { now: ctx.now });
    const week = range?.from ?? due.weekStartDate;
    if (!verb || week === null) return status(ctx, due);
    return verb === "run" ? await ask(ctx, week) : await preview(ctx, week);
  },
  actions: { distribution: distributionAction },
};

function unclear({ t }: CommandContext, typed: string): Reply {
  const hint = t("distribution.hint", { one: "/distribution preview", other: "/distribution run" });
  const said = t("unknown.option", { word: cleanName(typed, 60), hint });
  return reply({ lines: [[said]] }, { ephemeral: true });
}

/** Its actions: `distribution|preview|<week>`, `|table|`, `|ask|`, `|run|`, or `distribution|no`. */
async function distributionAction(
  ctx: CommandContext,
  [verb = "", part = ""]: readonly string[],
): Promise<Reply> {
  const week = Number.parseInt(part, 36);
  if (verb === "no" || !Number.isSafeInteger(week))
    return reply({ lines: [[ctx.t("nothing-changed")]] }, { editsMessage: true, ephemeral: true });
  if (verb === "table") return await table(ctx, week);
  if (verb === "run") return await run(ctx, week);
  const answer = verb === "ask" ? await ask(ctx, week) : await preview(ctx, week);
  return reply(answer, { editsMessage: true });
}

const actionId = (verb: string, week: number) => `distribution|${verb}|${week.toString(36)}`;
const dated = ({ reader }: CommandContext, week: number) => formatDate(week, "UTC", reader.locale);
const money = ({ reader }: CommandContext, cents: number) => formatMoney(cents, reader.locale);

/** What is due, and what was done last. */
function status(
  ctx: CommandContext,
  due: FunctionReturnType<typeof api.portfolioManager.due>,
): Reply {
  const { t } = ctx;
  const { weekStartDate: week, hasEnded, last } = due;
  const lines: Line[] = [
    [week === null ? t("distribution.none") : t("distribution.due", { week: dated(ctx, week) })],
    ...(week !== null && !hasEnded ? [[t("distribution.early")]] : []),
  ];
  if (last) {
    const { weekStartDate, state, given, carried, corrected = 0, owed = 0, pot, rows } = last;
    const about = {
      week: dated(ctx, weekStartDate),
      state: t(`run.${state}`),
      given: money(ctx, given),
      carried: money(ctx, carried),
      rows,
    };
    lines.push([t("distribution.last", about)]);
    if (corrected > 0) lines.push([t("distribution.corrected", { amount: money(ctx, corrected) })]);
    if (pot)
      lines.push([
        t("distribution.pot", { amount: money(ctx, pot.amount), city: cleanName(pot.city, 80) }),
      ]);
    if (owed > 0) lines.push([t("distribution.owed", { amount: money(ctx, owed) })]);
  }
  if (due.books) lines.push(...booksLines(ctx, due.books));
  const buttons: Button[] =
    week === null
      ? []
      : [
          { label: t("button.distribution.preview"), action: actionId("preview", week) },
          { label: t("button.distribution.run"), action: actionId("ask", week) },
        ];
  return reply(
    {
      title: t("distribution.title"),
      lines,
      ...(buttons.length > 0 && { buttons: [buttons] }),
    },
    { ephemeral: true },
  );
}

type Books = NonNullable<FunctionReturnType<typeof api.portfolioManager.due>["books"]>;

/** What the nightly look through the books found. */
function booksLines(
  ctx: CommandContext,
  { finishedAt = 0, paid, held, given, problems }: Books,
): Line[] {
  const { t } = ctx;
  const sums = { paid: money(ctx, -paid), given: money(ctx, given), held: money(ctx, held) };
  const first: Line = [
    problems.length === 0 ? t("books.good", sums) : t("books.wrong", { count: problems.length }),
    " · ",
    { time: finishedAt, style: "full" },
  ];
  return [first, ...problems.slice(0, 3).map((problem): Line => [{ code: problem }])];
}

/** The file has them all. */
const maxOfCity = 15;

/** The whole table; nothing is written. */
async function preview(ctx: CommandContext, week: number): Promise<Reply> {
  const { t, backend } = ctx;
  const cities = await backend.action(api.portfolioManager.getDistributionPreview, {
    weekStartDate: week,
  });
  const items = cities.map((city): Line => [
    { bold: cleanName(city.city, 60) || t("distribution.nowhere") },
    ` · ${t("distribution.city", {
      gifts: city.gifts,
      amount: money(ctx, city.amount),
      carried:
        city.toCarry > 0 ? t("distribution.carried", { amount: money(ctx, city.toCarry) }) : "",
    })}`,
    ...city.shares
      .slice(0, maxOfCity)
      .flatMap(({ name, amount, urgency, gap }) => [
        `\n· ${cleanName(name, 60)}: `,
        { bold: money(ctx, amount) },
        ` (${t("distribution.need", { urgency: formatUrgency(urgency, ctx.reader.locale), gap: money(ctx, gap) })})`,
      ]),
    ...(city.shares.length > maxOfCity
      ? [`\n${t("events.more", { count: city.shares.length - maxOfCity })}`]
      : []),
  ]);
  return reply(
    {
      title: t("distribution.preview", { week: dated(ctx, week) }),
      lines: [[summary(ctx, cities)], ...corrections(ctx, cities), [t("distribution.unwritten")]],
      items,
      more: (hidden) => t("events.more", { count: hidden }),
      buttons: [
        [
          { label: t("button.distribution.table"), action: actionId("table", week) },
          { label: t("button.distribution.run"), action: actionId("ask", week) },
        ],
      ],
    },
    { ephemeral: true },
  );
}

function summary(ctx: CommandContext, cities: Preview): string {
  const sum = (of: (city: Preview[number]) => number) =>
    cities.reduce((total, city) => total + of(city), 0);
  return ctx.t("distribution.summary", {
    gifts: sum(({ gifts }) => gifts),
    amount: money(
      ctx,
      sum(({ amount }) => amount),
    ),
    charities: sum(({ shares }) => shares.length),
    given: money(
      ctx,
      sum(({ toGive }) => toGive),
    ),
    carried: money(
      ctx,
      sum(({ toCarry }) => toCarry),
    ),
  });
}

/** What of the gifts makes up for money that was returned after it had been distributed. */
function corrections(ctx: CommandContext, cities: Preview): Line[] {
  const cents = cities.reduce((sum, { corrected }) => sum + corrected, 0);
  return cents > 0 ? [[ctx.t("distribution.corrected", { amount: money(ctx, cents) })]] : [];
}

/** The same as a file, for a spreadsheet; cents, and quotes around every word. */
async function table(ctx: CommandContext, week: number): Promise<Reply> {
  const cities = await ctx.backend.action(api.portfolioManager.getDistributionPreview, {
    weekStartDate: week,
  });
  const rows = cities.flatMap(({ city, shares, toCarry, corrected }) => [
    ...shares.map(({ name, urgency, gap, amount }) => [city, name, urgency, gap, amount]),
    ...(corrected > 0 ? [[city, "returned money", "", "", corrected]] : []),
    ...(toCarry > 0 ? [[city, "carried over", "", "", toCarry]] : []),
  ]);
  const lines = [["city", "charity", "urgency", "gap_cents", "amount_cents"], ...rows];
  const content = lines.map((line) => line.map(cell).join(",")).join("\r\n");
  return reply(
    {
      lines: [[ctx.t("distribution.preview", { week: dated(ctx, week) })]],
      file: { name: "distribution.csv", mime: "text/csv", content: `${content}\r\n` },
    },
    { ephemeral: true },
  );
}

/** A spreadsheet takes what begins like this for a formula; names come from strangers. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

async function ask(ctx: CommandContext, week: number): Promise<Reply> {
  const { t, backend } = ctx;
  const due = await backend.query(api.portfolioManager.due, { now: ctx.now });
  const cities = await backend.action(api.portfolioManager.getDistributionPreview, {
    weekStartDate: week,
  });
  const isEarly = due.weekStartDate === week && !due.hasEnded;
  return reply(
    {
      title: t("distribution.ask", { week: dated(ctx, week) }),
      lines: [
        [summary(ctx, cities)],
        ...corrections(ctx, cities),
        ...(isEarly ? [[t("distribution.early")]] : []),
        [t("distribution.once")],
      ],
      buttons: [
        [
          { label: t("button.distribution.yes"), action: actionId("run", week) },
          { label: t("button.cancel"), action: "distribution|no" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

async function run(ctx: CommandContext, week: number): Promise<Reply> {
  const { t, backend } = ctx;
  const { isNew, run } = await backend.mutation(api.portfolioManager.distributeFunds, {
    weekStartDate: week,
  });
  const said = isNew
    ? t("distribution.begun", { week: dated(ctx, week) })
    : t("distribution.already", { week: dated(ctx, week), state: t(`run.${run.state}`) });
  return reply({ lines: [[said]] }, { editsMessage: true, ephemeral: true });
}

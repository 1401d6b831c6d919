import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { formatMoney } from "../money/money.ts";
import { formatDate } from "../time/format.ts";
import { readWeekRange } from "../time/weekRange.ts";
import { plain } from "../time/when.ts";
import type { Call, Command } from "./command.ts";

// Look before executing: what a week would give, and then, once, that it does.

type Preview = FunctionReturnType<typeof api.portfolioManager.getDistributionPreview>;

export const distribution: Command = {
  name: "distribution",
  describe: "command.distribution",
  for: "admin",
  isPrivate: true,
  where: "hidden",
  options: [
    { name: "do", describe: "option.distribution", choices: ["preview", "run"] },
    { name: "week", aliases: ["semana"], describe: "option.distribution.week" },
  ],
  async run(call) {
    const { named, words } = call.args;
    const [first = "", ...rest] = words;
    const wish = plain(named["do"] ?? first);
    const written = named["week"] ?? (named["do"] === undefined ? rest : words).join(" ");
    const range = written === "" ? undefined : readWeekRange(written, call.now);
    const isWord = [...previewWords, ...runWords, ""].includes(wish);
    if (!isWord || (written !== "" && range?.from !== range?.to)) return unclear(call);
    const due = await call.plaza.query(api.portfolioManager.due, { now: call.now });
    const week = range?.from ?? due.weekStartDate;
    if (wish === "" || week === null) return status(call, due);
    return runWords.includes(wish) ? await ask(call, week) : await preview(call, week);
  },
};

const previewWords = ["preview", "vista", "previa"];
const runWords = ["run", "repartir", "ejecutar"];

function unclear({ t }: Call): Message {
  const hint = t("distribution.hint", { one: "/distribution preview", other: "/distribution run" });
  return { lines: [[hint]], isPrivate: true };
}

/** A press: `distribution|preview|<week>`, `|table|`, `|ask|`, `|run|`, or `distribution|no`. */
export async function pressDistribution(
  call: Call,
  [wish = "", part = ""]: readonly string[],
): Promise<Message> {
  const week = Number.parseInt(part, 36);
  if (wish === "no" || !Number.isSafeInteger(week))
    return { lines: [[call.t("nothing-changed")]], replaces: true, isPrivate: true };
  if (wish === "table") return await table(call, week);
  if (wish === "run") return await run(call, week);
  const answer = wish === "ask" ? await ask(call, week) : await preview(call, week);
  return { ...answer, replaces: true };
}

const press = (wish: string, week: number) => `distribution|${wish}|${week.toString(36)}`;
const dated = ({ reader }: Call, week: number) => formatDate(week, "UTC", reader.locale);
const money = ({ reader }: Call, cents: number) => formatMoney(cents, reader.locale);

/** What is due, and what was done last. */
function status(call: Call, due: FunctionReturnType<typeof api.portfolioManager.due>): Message {
  const { t } = call;
  const { weekStartDate: week, hasEnded, last } = due;
  const lines: Line[] = [
    [week === null ? t("distribution.none") : t("distribution.due", { week: dated(call, week) })],
    ...(week !== null && !hasEnded ? [[t("distribution.early")]] : []),
  ];
  if (last) {
    const { weekStartDate, state, given, carried, rows } = last;
    const about = {
      week: dated(call, weekStartDate),
      state: t(`run.${state}`),
      given: money(call, given),
      carried: money(call, carried),
      rows,
    };
    lines.push([t("distribution.last", about)]);
  }
  if (due.books) lines.push(...booksLines(call, due.books));
  const buttons: Button[] =
    week === null
      ? []
      : [
          { label: t("button.distribution.preview"), press: press("preview", week) },
          { label: t("button.distribution.run"), press: press("ask", week) },
        ];
  return {
    title: t("distribution.title"),
    lines,
    ...(buttons.length > 0 && { buttons: [buttons] }),
    isPrivate: true,
  };
}

type Books = NonNullable<FunctionReturnType<typeof api.portfolioManager.due>["books"]>;

/** What the nightly look through the books found. */
function booksLines(call: Call, { finishedAt = 0, paid, held, given, problems }: Books): Line[] {
  const { t } = call;
  const sums = { paid: money(call, -paid), given: money(call, given), held: money(call, held) };
  const first: Line = [
    problems.length === 0 ? t("books.good", sums) : t("books.wrong", { count: problems.length }),
    " · ",
    { time: finishedAt, style: "full" },
  ];
  return [first, ...problems.slice(0, 3).map((problem): Line => [{ code: problem }])];
}

/** The file has them all. */
const mostOfCity = 15;

/** The whole table; nothing is written. */
async function preview(call: Call, week: number): Promise<Message> {
  const { t, plaza } = call;
  const cities = await plaza.action(api.portfolioManager.getDistributionPreview, {
    weekStartDate: week,
  });
  const items = cities.map((city): Line => [
    { bold: cleanName(city.city, 60) || t("distribution.nowhere") },
    ` · ${t("distribution.city", {
      gifts: city.gifts,
      amount: money(call, city.amount),
      carried:
        city.toCarry > 0 ? t("distribution.carried", { amount: money(call, city.toCarry) }) : "",
    })}`,
    ...city.shares
      .slice(0, mostOfCity)
      .flatMap(({ name, amount, urgency, gap }) => [
        `\n· ${cleanName(name, 60)}: `,
        { bold: money(call, amount) },
        ` (${t("distribution.need", { urgency, gap: money(call, gap) })})`,
      ]),
    ...(city.shares.length > mostOfCity
      ? [`\n${t("events.more", { count: city.shares.length - mostOfCity })}`]
      : []),
  ]);
  return {
    title: t("distribution.preview", { week: dated(call, week) }),
    lines: [[summary(call, cities)], [t("distribution.unwritten")]],
    items,
    more: (hidden) => t("events.more", { count: hidden }),
    buttons: [
      [
        { label: t("button.distribution.table"), press: press("table", week) },
        { label: t("button.distribution.run"), press: press("ask", week) },
      ],
    ],
    isPrivate: true,
  };
}

function summary(call: Call, cities: Preview): string {
  const sum = (of: (city: Preview[number]) => number) =>
    cities.reduce((total, city) => total + of(city), 0);
  return call.t("distribution.summary", {
    gifts: sum(({ gifts }) => gifts),
    amount: money(
      call,
      sum(({ amount }) => amount),
    ),
    charities: sum(({ shares }) => shares.length),
    given: money(
      call,
      sum(({ toGive }) => toGive),
    ),
    carried: money(
      call,
      sum(({ toCarry }) => toCarry),
    ),
  });
}

/** The same as a file, for a spreadsheet; cents, and quotes around every word. */
async function table(call: Call, week: number): Promise<Message> {
  const cities = await call.plaza.action(api.portfolioManager.getDistributionPreview, {
    weekStartDate: week,
  });
  const rows = cities.flatMap(({ city, shares, toCarry }) => [
    ...shares.map(({ name, urgency, gap, amount }) => [city, name, urgency, gap, amount]),
    ...(toCarry > 0 ? [[city, "carried over", "", "", toCarry]] : []),
  ]);
  const lines = [["city", "charity", "urgency", "gap_cents", "amount_cents"], ...rows];
  const content = lines.map((line) => line.map(cell).join(",")).join("\r\n");
  return {
    lines: [[call.t("distribution.preview", { week: dated(call, week) })]],
    file: { name: "distribution.csv", mime: "text/csv", content: `${content}\r\n` },
    isPrivate: true,
  };
}

/** A spreadsheet takes what begins like this for a formula; names come from strangers. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

async function ask(call: Call, week: number): Promise<Message> {
  const { t, plaza } = call;
  const due = await plaza.query(api.portfolioManager.due, { now: call.now });
  const cities = await plaza.action(api.portfolioManager.getDistributionPreview, {
    weekStartDate: week,
  });
  const isEarly = due.weekStartDate === week && !due.hasEnded;
  return {
    title: t("distribution.ask", { week: dated(call, week) }),
    lines: [
      [summary(call, cities)],
      ...(isEarly ? [[t("distribution.early")]] : []),
      [t("distribution.once")],
    ],
    buttons: [
      [
        { label: t("button.distribution.yes"), press: press("run", week) },
        { label: t("button.cancel"), press: "distribution|no" },
      ],
    ],
    isPrivate: true,
  };
}

async function run(call: Call, week: number): Promise<Message> {
  const { t, plaza } = call;
  const { isNew, run } = await plaza.mutation(api.portfolioManager.distributeFunds, {
    weekStartDate: week,
  });
  const said = isNew
    ? t("distribution.begun", { week: dated(call, week) })
    : t("distribution.already", { week: dated(call, week), state: t(`run.${run.state}`) });
  return { lines: [[said]], replaces: true, isPrivate: true };
}

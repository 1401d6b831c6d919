import type { PayloadOf } from "./leased.ts";
import { formatMoney } from "../money/money.ts";
import { formatUrgency } from "../money/shareFacts.ts";
import { texts, type Texts } from "../texts/index.ts";
import { formatDate } from "../time/format.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";
import { sharesPicture } from "./week.ts";

/** One giver's week. */
type ReportView = PayloadOf<"report">["report"];

/** A giver's week: the total, each charity's share with its explanation, and the weeks before. */
export function reportMessage(report: ReportView, reader: Reader): Message {
  const t = texts(reader.locale);
  const money = (cents: number) => formatMoney(cents, reader.locale);
  const { total, carried, returned, corrected, shares } = report;
  const week = formatDate(report.weekStartDate, "UTC", reader.locale);
  const title = t("report.title", { week });
  return {
    title,
    lines: [
      [t("report.total", { amount: money(total), charities: shares.length })],
      ...(carried > 0 ? [[t("report.carried", { amount: money(carried) })]] : []),
      ...(returned > 0 ? [[t("report.returned", { amount: money(returned) })]] : []),
      ...(corrected > 0 ? [[t("report.corrected", { amount: money(corrected) })]] : []),
      ...comparison(report, t, money),
    ],
    items: shares.map((share): Line => [
      { bold: cleanName(share.name, 80) },
      ` · ${money(share.amount)}\n${explanationText(share, reader)}`,
    ]),
    more: (hidden) => t("events.more", { count: hidden }),
    ...(shares.length > 0 && {
      picture: sharesPicture(
        shares,
        { title, weekStartDate: report.weekStartDate, cents: total },
        reader.locale,
      ),
    }),
  };
}

/** The same as a message of its own: with the way to the weeks before. */
export function reportNotice(report: ReportView, reader: Reader): Message {
  const label = texts(reader.locale)("button.my-impact");
  return { ...reportMessage(report, reader), buttons: [[{ label, action: "+impact" }]] };
}

/** Against the week before, and against the average of the weeks that are known. */
function comparison(
  { total, before }: ReportView,
  t: Texts,
  money: (cents: number) => string,
): Line[] {
  const [last] = before;
  if (!last) return [[t("report.first")]];
  const difference = total - last.total;
  const way = difference > 0 ? "more" : difference < 0 ? "less" : "same";
  const average = Math.round(before.reduce((sum, one) => sum + one.total, 0) / before.length);
  return [
    [
      t(`report.${way}`, { amount: money(Math.abs(difference)) }),
      ...(before.length > 1
        ? [` ${t("report.average", { amount: money(average), weeks: before.length })}`]
        : []),
    ],
  ];
}

/** A charity's part of a week. */
type Share = PayloadOf<"distribution">["week"]["shares"][number];

/** Why a charity received what it did: the model's words, checked when they came, else our own. */
export function explanationText(share: Share, { locale }: Reader): string {
  const own = share.explanation?.[locale];
  if (own !== undefined) return own;
  const { urgency, gap } = share;
  const t = texts(locale);
  // Of a week whose allocation is gone, nothing more is known.
  if (urgency <= 0 || gap <= 0) return t("explain.reached");
  return t("explain.template", {
    urgency: formatUrgency(urgency, locale),
    gap: formatMoney(gap, locale),
  });
}

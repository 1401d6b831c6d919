import type { Locale } from "../texts/index.ts";
import { formatDate } from "../time/format.ts";
import { formatMoney } from "./money.ts";

/** The facts about a charity's share of a week; an explanation may contain no other figures. */
export type ShareFacts = {
  charity: string;
  city: string;
  /** The urgency of its needs, 0 to 100 in tenths: their average, weighted by their gaps. */
  urgency: number;
  /** The funding gap before the distribution, and the amount it receives; cents. */
  gap: number;
  amount: number;
  /** The sum that all charities of the city receive, in cents. */
  cityTotal: number;
  /** The number of givers whose gifts reach it. */
  givers: number;
  weekStartDate: number;
};

/** The figures of a share as written in one language; a text must quote them exactly. */
export type WrittenFacts = {
  urgency: string;
  gap: string;
  amount: string;
  /** The share of the city; absent where it would be rounded to 0%. */
  percent?: string;
  givers: string;
  week: string;
};

export function writeFacts(facts: ShareFacts, locale: Locale): WrittenFacts {
  const { urgency, gap, amount, cityTotal, givers, weekStartDate } = facts;
  const tenths = cityTotal > 0 ? Math.round((amount * 1000) / cityTotal) : 0;
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  return {
    urgency: formatUrgency(urgency, locale),
    gap: plain(formatMoney(gap, locale)),
    amount: plain(formatMoney(amount, locale)),
    ...(tenths > 0 && { percent: plain(percent.format(tenths / 1000)) }),
    givers: String(givers),
    week: formatDate(weekStartDate, "UTC", locale),
  };
}

/** "80", or "62.5" for a charity with several needs. */
export function formatUrgency(urgency: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(urgency);
}

/** Normalizes to NFC and replaces no-break spaces, which Spanish money has, by plain ones. */
export function plain(text: string): string {
  return text.normalize("NFC").replaceAll(/[\u00a0\u202f]/g, " ");
}

/** The reason of a distribution, independent of a language: what determined the share. */
type Reason = { urgency: number; gap: number };

/** Encodes a reason as it is stored: "need|62.5|120000", urgency in tenths and gap in cents. */
export function writeReason({ urgency, gap }: Reason): string {
  return `need|${urgency}|${gap}`;
}

/** Decodes a stored reason; null for other text. */
export function readReason(text: string): Reason | null {
  const read = /^need\|(0|(?:0|[1-9]\d?)\.[1-9]|[1-9]\d?|100)\|(0|[1-9]\d{0,14})$/.exec(text);
  return read ? { urgency: Number(read[1]), gap: Number(read[2]) } : null;
}

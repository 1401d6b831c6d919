import type { Locale } from "../texts/index.ts";
import { formatDate } from "../time/format.ts";
import { formatMoney } from "./money.ts";

/** What is fixed about a charity's part of a week, and all that an explanation of it may say. */
export type ShareFacts = {
  charity: string;
  city: string;
  /** Of its most urgent need: 0 to 100. */
  urgency: number;
  /** Cents that were missing when the week was distributed, and cents that it receives. */
  gap: number;
  amount: number;
  /** Cents that all charities of the city receive. */
  cityTotal: number;
  /** How many people's gifts reach it. */
  givers: number;
  weekStartDate: number;
};

/** The figures of a share as they are written in one language; a text quotes them letter by letter. */
export type WrittenFacts = {
  urgency: string;
  gap: string;
  amount: string;
  /** Absent where it would be written as none. */
  percent?: string;
  givers: string;
  week: string;
};

export function writeFacts(facts: ShareFacts, locale: Locale): WrittenFacts {
  const { urgency, gap, amount, cityTotal, givers, weekStartDate } = facts;
  const tenths = cityTotal > 0 ? Math.round((amount * 1000) / cityTotal) : 0;
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  return {
    urgency: String(urgency),
    gap: plain(formatMoney(gap, locale)),
    amount: plain(formatMoney(amount, locale)),
    ...(tenths > 0 && { percent: plain(percent.format(tenths / 1000)) }),
    givers: String(givers),
    week: formatDate(weekStartDate, "UTC", locale),
  };
}

/** With letters and spaces as a keyboard writes them: Spanish money has one that does not break. */
export function plain(text: string): string {
  return text.normalize("NFC").replaceAll(/[\u00a0\u202f]/g, " ");
}

/** Why a charity received what it did, in no language: the need on which the share was decided. */
type Reason = { urgency: number; gap: number };

/** As a distribution keeps it: "need|80|120000", urgency 0 to 100 and gap in cents. */
export function writeReason({ urgency, gap }: Reason): string {
  return `need|${urgency}|${gap}`;
}

/** Null for what was not written by `writeReason`. */
export function readReason(text: string): Reason | null {
  const read = /^need\|(0|[1-9]\d?|100)\|(0|[1-9]\d{0,14})$/.exec(text);
  return read ? { urgency: Number(read[1]), gap: Number(read[2]) } : null;
}

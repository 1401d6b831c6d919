// A picture that the bot draws itself, as data: `bots/pictures/` makes a PNG of it. Money is in cents.

export type Picture = {
  /** Stands above the picture, in the reader's language. */
  title: string;
  /** What somebody who cannot see it is told. */
  alt: string;
  /** Stands below it. */
  note?: string;
} & (
  | { kind: "bars"; bars: readonly Bar[]; rest?: Rest }
  | { kind: "weeks"; weeks: readonly Week[] }
  | { kind: "map"; places: readonly Place[] }
);

/** One charity of a week, in the order in which they are drawn. */
export type Bar = { label: string; cents: number };

/** Charities that are not among the bars: how many, and what they received together. */
export type Rest = { count: number; cents: number };

/** `weekStartDate` is a Monday, 00:00 UTC; the earliest comes first. */
export type Week = { weekStartDate: number; cents: number };

/** Degrees; `cents` says how large its dot is. */
export type Place = { label: string; latitude: number; longitude: number; cents: number };

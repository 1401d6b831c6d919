import type { TimeStyle } from "../time/format.ts";

// What a message says, independent of the platform: content with meaning, not markup. The renderers
// (`bots/telegram/render.ts`, `bots/discord/render.ts`) know limits and formats; how a message is
// delivered is `ReplyOptions` of `shared/commands/reply.ts`.

/** A run of text. Plain strings are shown as they are: nothing in them is markup. */
export type Inline =
  | string
  | { bold: string }
  | { italic: string }
  | { code: string }
  | { link: string; url: string }
  /** Unix milliseconds, shown in the reader's zone. */
  | { time: number; style: TimeStyle };

export type Line = readonly Inline[];

/** `action` is the action id: at most 64 bytes, comes back when the button is pressed. */
export type Button = { label: string } & ({ action: string } | { url: string });

/**
 * A form that a platform may show as a dialog; `id` comes back with what was filled in. A secret one
 * is never asked for in a dialog: the `lines` of its message say what to do instead.
 */
export type Form = { id: string; title: string; fields: FormField[]; isSecret?: boolean };
export type FormField = { id: string; label: string; maxLength: number; isRequired: boolean };

export type Message = {
  title?: string;
  /** Where the title leads. */
  url?: string;
  lines?: readonly Line[];
  /** Entries of a list. Those that do not fit are counted in one last line. */
  items?: readonly Line[];
  /** The entries follow each other without an empty line between them. */
  isTable?: boolean;
  /** The text of the last line for `hidden` entries; `total` also counts entries not in `items`. */
  more?: (hidden: number) => string;
  total?: number;
  /** After the list. */
  footer?: readonly Line[];
  /** Long text that is cut first when space is short. */
  body?: string;
  buttons?: readonly (readonly Button[])[];
  /** https address of a picture. */
  image?: string;
  /** A picture that is drawn for this message; `image` is not shown beside it. */
  picture?: Picture;
  file?: { name: string; mime: string; content: string };
  /** Shown instead of the message where there are modals, else asked field by field in private. */
  form?: Form;
};

/** By whom and where a message is read: its language and the zone of its times. */
export type Reader = { locale: "en" | "es"; timezone: string };

// A picture that the bot draws itself, as data: `bots/pictures/` makes a PNG of it. Money is in cents.

export type Picture = {
  /** Stands above the picture, in the reader's language. */
  title: string;
  /** Alternative text for screen readers. */
  alt: string;
  /** Stands below it. */
  note?: string;
} & (
  | { kind: "bars"; bars: readonly Bar[]; rest?: Rest }
  | { kind: "weeks"; weeks: readonly Week[] }
  | { kind: "map"; places: readonly Place[] }
);

/** One charity of a week, in the order in which they are drawn. */
type Bar = { label: string; cents: number };

/** Charities that are not among the bars: how many, and what they received together. */
type Rest = { count: number; cents: number };

/** `weekStartDate` is a Monday, 00:00 UTC; the earliest comes first. */
export type Week = { weekStartDate: number; cents: number };

/** Degrees; `cents` says how large its dot is. */
export type Place = { label: string; latitude: number; longitude: number; cents: number };

/** "Label: value", the label in bold. */
export function labelled(label: string, value: string): Line {
  return [{ bold: label }, `: ${value}`];
}

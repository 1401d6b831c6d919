import { texts, type Texts } from "../texts/index.ts";
import type { PayloadOf } from "./leased.ts";
import { eventButtons, locationText } from "./event.ts";
import { reminderLead, type WhenContext, whenInlines } from "./when.ts";
import type { Inline, Line, Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";

type Announced = PayloadOf<"announce">;
type Announcement = Announced["announcement"];
type Facts = Announcement["events"][number]["facts"];

type Shown = Pick<Announced, "announcement" | "event"> & Partial<Pick<Announced, "at">>;

/** The message of an announcement. The event as it is now wins over the facts stored with it. */
export function announcementMessage({ announcement, event, at }: Shown, reader: Reader): Message {
  const t = texts(reader.locale);
  const context = { reader, t, now: at };
  const [first] = announcement.events;
  const isList = announcement.kind === "agenda" || announcement.events.length !== 1;
  if (!first || isList) return list(announcement, context);
  const isCurrent = announcement.kind !== "cancelled" && event !== null;
  return single(
    announcement,
    first.eventId,
    isCurrent ? current(first.facts, event) : first.facts,
    context,
  );
}

/** The facts of the event now: a place or an end that it no longer has is not shown. */
function current(facts: Facts, event: NonNullable<Announced["event"]>): Facts {
  const { location, endDate, ...others } = facts;
  void [location, endDate];
  return { ...others, ...event };
}

function list({ kind, events, total }: Announcement, context: WhenContext): Message {
  const { t } = context;
  const count = Math.max(total, events.length);
  const titles = {
    moved: t("notices.digest.moved", { count }),
    cancelled: t("notices.digest.cancelled", { count }),
    agenda: t("notices.agenda"),
  };
  return {
    title: kind in titles ? titles[kind as keyof typeof titles] : t("notices.digest", { count }),
    items: events.map(({ facts }) => entry(facts, context)),
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
    buttons: [[{ label: t("button.all"), action: "+events" }]],
  };
}

function entry(facts: Facts, context: WhenContext): Line {
  const title = cleanName(facts.title, 100);
  const where = locationText(facts, context.t);
  const place: Inline[] = where ? [` · ${where}`] : [];
  return [
    { link: title, url: facts.lumaUrl },
    " · ",
    ...whenInlines(facts, context),
    ...place,
    ...was(facts.previousStart, facts, context.t).flatMap((line): Inline[] => [" · ", ...line]),
  ];
}

/** The previous start of an event that was moved. */
function was(previousStart: number | undefined, facts: Facts, t: Texts): Line[] {
  if (previousStart === undefined || previousStart === facts.startDate) return [];
  const text = t("notices.moved.was", { time: "\u0000" });
  return [split(text, { time: previousStart, style: "full" })];
}

function single(
  { kind, previousStart, minutesBefore }: Announcement,
  eventId: string,
  facts: Facts,
  context: WhenContext,
): Message {
  const { t } = context;
  const headings = {
    new: t("notices.new"),
    moved: t("notices.moved"),
    cancelled: t("notices.cancelled"),
    reminder: t("notices.reminder", {
      minutes: reminderLead(facts, minutesBefore ?? 0, context.now),
    }),
    agenda: t("notices.agenda"),
  };
  const isCancelled = kind === "cancelled";
  const place = locationText(facts, t);
  return {
    title: `${headings[kind]}: ${cleanName(facts.title, 150)}`,
    url: facts.lumaUrl,
    lines: [
      whenInlines(facts, context),
      ...was(previousStart, facts, t),
      ...(place ? [[place]] : []),
      ...(isCancelled ? [[t("notices.cancelled.text")]] : []),
    ],
    ...(kind === "new" && facts.coverImage && { image: facts.coverImage }),
    ...(!isCancelled && { buttons: eventButtons({ _id: eventId, lumaUrl: facts.lumaUrl }, t) }),
  };
}

/** Puts an inline where a text has a NUL: a time inside a sentence keeps its own form. */
export function split(text: string, inline: Inline): Line {
  const [before = "", after = ""] = text.split("\u0000");
  return [before, inline, after].filter((part) => part !== "");
}

import { texts, type Texts } from "../texts/index.ts";
import type { PayloadOf } from "./leased.ts";
import { eventButtons, locationText } from "./event.ts";
import type { Inline, Line, Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";

type Announced = PayloadOf<"announce">;
type Announcement = Announced["announcement"];
type Facts = Announcement["events"][number]["facts"];

/** The message of an announcement. The event as it is now wins over the facts stored with it. */
export function announcementMessage(
  { announcement, event }: Pick<Announced, "announcement" | "event">,
  reader: Reader,
): Message {
  const t = texts(reader.locale);
  const [first] = announcement.events;
  const isList = announcement.kind === "agenda" || announcement.events.length !== 1;
  if (!first || isList) return list(announcement, t);
  const facts =
    announcement.kind !== "cancelled" && event ? { ...first.facts, ...event } : first.facts;
  return single(announcement, first.eventId, facts, t);
}

function list({ kind, events, total }: Announcement, t: Texts): Message {
  const count = Math.max(total, events.length);
  return {
    title: kind === "agenda" ? t("notices.agenda") : t("notices.digest", { count }),
    items: events.map(({ facts }) => entry(facts, t)),
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
    buttons: [[{ label: t("button.all"), action: "+events" }]],
  };
}

function entry(facts: Facts, t: Texts): Line {
  const title = cleanName(facts.title, 100);
  const where = locationText(facts, t);
  const place: Inline[] = where ? [` · ${where}`] : [];
  return [
    { link: title, url: facts.lumaUrl },
    " · ",
    { time: facts.startDate, style: "full" },
    ...place,
  ];
}

function single(
  { kind, previousStart, minutesBefore }: Announcement,
  eventId: string,
  facts: Facts,
  t: Texts,
): Message {
  const headings = {
    new: t("notices.new"),
    moved: t("notices.moved"),
    cancelled: t("notices.cancelled"),
    reminder: t("notices.reminder", { minutes: String(minutesBefore ?? 0) }),
    agenda: t("notices.agenda"),
  };
  const isCancelled = kind === "cancelled";
  const place = locationText(facts, t);
  const was: Line[] =
    previousStart !== undefined && previousStart !== facts.startDate
      ? [split(t("notices.moved.was", { time: "\u0000" }), { time: previousStart, style: "full" })]
      : [];
  return {
    title: `${headings[kind]}: ${cleanName(facts.title, 150)}`,
    url: facts.lumaUrl,
    lines: [
      [{ time: facts.startDate, style: "full" }],
      ...was,
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

import type { Texts } from "../texts/index.ts";
import { cleanName, cut, isSafeLink } from "./sanitize.ts";
import type { Button } from "./message.ts";

/** Where an event is, in a few words; "online" for one that is nowhere. */
export function locationText(
  event: { location?: string | undefined; eventType?: string },
  t: Texts,
): string | undefined {
  if (event.location) return cleanName(event.location, 80);
  return event.eventType === "virtual" ? t("events.online") : undefined;
}

const hour = 60;
const day = 24 * hour;

/** How long before something: "a day before", "2 hours before", "1 hour 30 minutes before". */
export function leadTimeText(minutes: number, t: Texts): string {
  if (minutes === 7 * day) return t("lead.before.week");
  const parts = [
    [Math.floor(minutes / day), "lead.days"],
    [Math.floor((minutes % day) / hour), "lead.hours"],
    [minutes % hour, "lead.minutes"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, key]) => t(key, { count }));
  return t("lead.before", { lead: said.join(" ") });
}

type Counts = { going: number; maybe: number; waiting: number; capacity?: number | undefined };

/** How many come: "12 of 20 seats taken, 3 maybe, 2 wait"; empty where there is nothing to say. */
export function rsvpCountsText({ going, maybe, waiting, capacity }: Counts, t: Texts): string {
  if (going + maybe + waiting === 0 && capacity === undefined) return "";
  const taken =
    capacity === undefined
      ? t("going.counts", { going })
      : t("going.counts.limit", { going, capacity });
  return [
    taken,
    ...(maybe > 0 ? [t("going.counts.maybe", { count: maybe })] : []),
    ...(waiting > 0 ? [t("going.counts.waiting", { count: waiting })] : []),
  ].join(", ");
}

/**
 * How many are registered on the event's own page: "87 of 120 registered on its page, 33 left", or
 * that it is sold out; empty where the page does not say.
 */
export function registeredText(
  { registrationCount: count, pageSeats: seats }: Registrations,
  t: Texts,
): string {
  if (seats !== undefined && count !== undefined) {
    const left = Math.max(0, seats - count);
    return t("event.registered", { count, seats, left });
  }
  return count === undefined || count === 0 ? "" : t("event.going", { count });
}

type Registrations = { registrationCount?: number | undefined; pageSeats?: number | undefined };

/** The button that leads to an event's page; none for a link that is not safe to show. */
export function pageButton(lumaUrl: string, t: Texts): Button[] {
  if (!isSafeLink(lumaUrl)) return [];
  const isLuma = ["luma.com", "lu.ma"].includes(new URL(lumaUrl).hostname);
  return [{ label: t(isLuma ? "button.luma" : "button.page"), url: lumaUrl }];
}

/** One event of several, by its title. */
export function titleButton({ title }: { title: string }, action: string): Button {
  return { label: cut(cleanName(title, 60), 40), action };
}

export function fileButton(event: { _id: string }, t: Texts): Button[] {
  return [{ label: t("button.calendar"), action: `+file|${event._id}` }];
}

/** Whether one comes, in one row; `mark` tells which button says what holds already. */
export function answerButtons(eventId: string, t: Texts, sign = "+", mark = ""): Button[] {
  const answers = [
    ["yes", t("button.going")],
    ["plus", "+1"],
    ["maybe", t("button.maybe")],
    ["no", t("button.not-going")],
  ] as const;
  return answers.map(([answer, label]) => ({
    label: `${answer === mark ? "✓ " : ""}${label}`,
    action: `${sign}rsvp|${answer}|${eventId}`,
  }));
}

export function remindButton(event: { _id: string }, t: Texts): Button {
  return { label: t("button.remind"), action: `+reminder|${event._id}` };
}

/**
 * What can be done with one event. The "+" asks for a new message: these buttons stand under
 * announcements, which must stay as they are.
 */
export function eventButtons(event: { _id: string; lumaUrl: string }, t: Texts): Button[][] {
  return [
    answerButtons(event._id, t),
    [remindButton(event, t), { label: t("button.details"), action: `+event|${event._id}` }],
    [...fileButton(event, t), ...pageButton(event.lumaUrl, t)],
  ];
}

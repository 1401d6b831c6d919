import Fuse from "fuse.js";
import { api } from "../../convex/_generated/api.js";
import { calendarFile } from "../calendar.ts";
import { fileButton, pageButton } from "../messages/eventButtons.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName, cut } from "../messages/names.ts";
import { placeOf } from "../messages/place.ts";
import { formatTime } from "../time/format.ts";
import { plain } from "../time/when.ts";
import type { Call, Command } from "./command.ts";
import type { Card } from "./events.ts";

const mostOffered = 5;

/** What autocomplete hands back instead of a title, so that two events of one name stay apart. */
const idMark = "id:";

export const event: Command = {
  name: "event",
  describe: "command.event",
  for: "anyone",
  options: [{ name: "name", describe: "option.event-name", completes: true }],
  async run(call) {
    const name = (call.args.named["name"] ?? call.args.words.join(" ")).trim();
    const next = await call.plaza.live(api.events.queries.upcoming, {});
    if (!name) return which(next, ask(call));
    if (name.startsWith(idMark)) return await details(call, name.slice(idMark.length));
    const found = await findEvents(call, name, next);
    const [first] = found;
    if (!first) return which(next, call.t("event.none", { name: cleanName(name, 60) }));
    // One clear answer is shown at once; several are offered.
    if (found.length === 1) return await details(call, first._id);
    return which(found, call.t("event.which"));
  },
  async complete(call, _option, typed) {
    const next = await call.plaza.live(api.events.queries.upcoming, {});
    const found = typed.trim() ? await findEvents(call, typed, next) : next;
    return found
      .slice(0, 25)
      .map((card) => ({ name: label(card, call), value: `${idMark}${card._id}` }));
  },
};

function ask({ t }: Call): string {
  return t("event.name-missing", { example: t("event.name-missing.example") });
}

function label(card: Card, { reader }: Call): string {
  const when = formatTime(card.startDate, "full", reader.timezone, reader.locale);
  return cut(`${cleanName(card.title, 70)} · ${when}`, 100);
}

/**
 * The events somebody means: a title that holds what was typed, soonest first; else a title that is
 * just that among all events, past ones too; else titles that are close to it, accents and slips
 * forgiven; else what the search index finds.
 */
export async function findEvents(call: Call, name: string, next: Card[]): Promise<Card[]> {
  const fuse = new Fuse(next, {
    keys: ["title"],
    threshold: 0.35,
    ignoreLocation: true,
    ignoreDiacritics: true,
    includeScore: true,
  });
  const near = fuse.search(name.slice(0, 100));
  const exact = near.filter(({ score = 1 }) => score < 0.01).map(({ item }) => item);
  if (exact.length > 0) return exact;
  const found = await call.plaza.query(api.events.queries.search, { words: name });
  const named = found.filter((card) => plain(card.title) === plain(name));
  if (named.length > 0) return named;
  return near.length > 0 ? near.map(({ item }) => item) : found;
}

function which(cards: Card[], text: string): Message {
  const offered = cards.slice(0, mostOffered);
  return {
    lines: [[text]],
    items: offered.map((card): Line => [
      { bold: cleanName(card.title, 120) },
      " · ",
      { time: card.startDate, style: "full" },
    ]),
    buttons: offered.map((card) => [
      { label: cut(cleanName(card.title, 60), 40), press: `event|${card._id}` },
    ]),
  };
}

/** One event in full; a sentence for one that is gone. */
export async function details(call: Call, eventId: string): Promise<Message> {
  const { t, plaza, now } = call;
  const found = await plaza.query(api.events.queries.get, { eventId });
  if (!found) return gone(call);
  const place = placeOf(found, t);
  const hosts = found.hosts.map((host) => cleanName(host.name, 60)).slice(0, 5);
  const state =
    found.status === "cancelled"
      ? t("event.cancelled")
      : found.endsBy <= now
        ? t("event.past")
        : found.startDate <= now
          ? t("event.live")
          : undefined;
  const lines: Line[] = [
    ...(state ? [[{ bold: state }]] : []),
    [{ bold: t("event.when") }, ": ", { time: found.startDate, style: "full" }],
    ...(place
      ? [[{ bold: t("event.place") }, `: ${placeInFull(place, found.locationDetails)}`]]
      : []),
    ...(hosts.length > 0
      ? [[{ bold: t("event.hosts", { count: hosts.length }) }, `: ${hosts.join(", ")}`]]
      : []),
    ...(found.registrationCount > 0
      ? [[t("event.going", { count: found.registrationCount })]]
      : []),
    ...(found.registrationType === "approval" ? [[t("event.approval")]] : []),
    ...(found.registrationType === "paid" ? [[t("event.paid")]] : []),
  ];
  return {
    title: cleanName(found.title, 200),
    url: found.lumaUrl,
    lines,
    ...(found.description && { body: found.description }),
    ...(found.coverImage && { image: found.coverImage }),
    buttons: [
      ...(found.status === "cancelled" ? [] : [fileButton(found, t)]),
      pageButton(found.lumaUrl, t),
      [{ label: t("button.back"), press: "events" }],
    ],
    replaces: true,
  };
}

function placeInFull(place: string, address: string | undefined): string {
  const full = address && cleanName(address, 150);
  return full && full !== place ? `${place} (${full})` : place;
}

function gone({ t }: Call): Message {
  return {
    lines: [[t("event.gone")]],
    buttons: [[{ label: t("button.back"), press: "events" }]],
  };
}

/** The calendar file of one event. */
export async function eventFile(call: Call, eventId: string): Promise<Message> {
  const found = await call.plaza.query(api.events.queries.get, { eventId });
  if (!found || found.status === "cancelled") return gone(call);
  const content = calendarFile(found.title, [found], call.now);
  return {
    lines: [[{ bold: cleanName(found.title, 200) }]],
    file: { name: "event.ics", mime: "text/calendar", content },
  };
}

import { api } from "../../convex/_generated/api.js";
import { calendarFile } from "../calendar.ts";
import { answerButtons, fileButton, pageButton, remindButton } from "../messages/eventButtons.ts";
import { countsText } from "../messages/goingCounts.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { placeOf } from "../messages/place.ts";
import type { Call, Command } from "./command.ts";
import { completeEvent, findEvents, idIn, nextEvents, whichEvent } from "./findEvent.ts";
import { ownAnswerText } from "./goingCard.ts";

export const event: Command = {
  name: "event",
  describe: "command.event",
  for: "anyone",
  options: [{ name: "name", describe: "option.event-name", completes: true }],
  async run(call) {
    const name = (call.args.named["name"] ?? call.args.words.join(" ")).trim();
    const next = await nextEvents(call);
    const press = (eventId: string) => `event|${eventId}`;
    if (!name) return whichEvent(next, ask(call), press);
    const id = idIn(name);
    if (id !== undefined) return await details(call, id);
    const found = await findEvents(call, name, next);
    const [first] = found;
    if (!first) return whichEvent(next, call.t("event.none", { name: cleanName(name, 60) }), press);
    // One clear answer is shown at once; several are offered.
    if (found.length === 1) return await details(call, first._id);
    return whichEvent(found, call.t("event.which"), press);
  },
  complete: async (call, _option, typed) => await completeEvent(call, typed),
};

function ask({ t }: Call): string {
  return t("event.name-missing", { example: t("event.name-missing.example") });
}

/** One event in full; a sentence for one that is gone. */
export async function details(call: Call, eventId: string): Promise<Message> {
  const { t, plaza, now } = call;
  const [found, coming] = await Promise.all([
    plaza.query(api.events.queries.get, { eventId }),
    plaza.query(api.rsvps.show, { eventId }),
  ]);
  if (!found || !coming) return gone(call);
  const isAhead = found.status !== "cancelled" && found.endsBy > now;
  // Where others read along, what the reader has answered is nobody else's business.
  const own = call.chat.kind === "private" && isAhead && ownAnswerText(call, coming);
  const counts = countsText(coming, t);
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
    ...(counts ? [[t("going.counts.here", { counts })]] : []),
    ...(own ? [[{ bold: own }]] : []),
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
      ...(isAhead ? [answerButtons(found._id, t)] : []),
      ...(found.status === "cancelled"
        ? []
        : [[...(isAhead ? [remindButton(found, t)] : []), ...fileButton(found, t)]]),
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

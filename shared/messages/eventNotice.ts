import { texts } from "../texts/index.ts";
import { split } from "./announcement.ts";
import type { PayloadOf } from "./leased.ts";
import { pageButton, locationText } from "./event.ts";
import { whenInlines } from "./when.ts";
import type { Button, Line, Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";

type Told = PayloadOf<"event">;

/** A notice to one person about an event that they RSVPed to or set a reminder for. */
export function eventNoticeMessage(
  { event, why, at }: Pick<Told, "event" | "why"> & Partial<Pick<Told, "at">>,
  reader: Reader,
): Message {
  const t = texts(reader.locale);
  const title = cleanName(event.title, 150);
  const place = locationText(event, t);
  const when: Line[] = [
    [...whenInlines(event, { reader, t, now: at }), ...(place ? [` · ${place}`] : [])],
  ];
  const going: Button = { label: t("button.going"), action: `+rsvp|yes|${event._id}` };
  const notGoing: Button = { label: t("button.not-going"), action: `+rsvp|no|${event._id}` };
  const more: Button[] = [
    { label: t("button.details"), action: `+event|${event._id}` },
    ...pageButton(event.lumaUrl, t),
  ];
  const card = { url: event.lumaUrl };
  switch (why.kind) {
    case "seat":
      return {
        ...card,
        title: t("going.notice.seat", { title }),
        lines: [...when, [t("going.notice.seat.text", { guests: why.guests })]],
        buttons: [[notGoing], more],
      };
    case "reminder":
      return {
        ...card,
        title: t("going.notice.reminder", { title }),
        lines: when,
        buttons: [more],
      };
    case "changed":
      return {
        ...card,
        title: t(headingOf(why), { title }),
        lines: [...when, ...was(why, t)],
        buttons: [[going, notGoing], more],
      };
    case "called-off":
      return {
        ...card,
        title: `${t("notices.cancelled")}: ${title}`,
        lines: [...when, [t("going.notice.off")]],
      };
  }
}

type Changed = Extract<Told["why"], { kind: "changed" }>;

function headingOf({ wasOff, start, hasNewPlace }: Changed) {
  if (wasOff) return "going.notice.back";
  if (start !== undefined) return "going.notice.moved";
  return hasNewPlace ? "going.notice.place" : "going.notice.unmoved";
}

function was({ start, place }: Changed, t: ReturnType<typeof texts>): Line[] {
  const before: Line[] =
    start === undefined
      ? []
      : [split(t("notices.moved.was", { time: "\u0000" }), { time: start, style: "full" })];
  return place === undefined
    ? before
    : [...before, [t("going.notice.place.was", { place: cleanName(place, 80) })]];
}

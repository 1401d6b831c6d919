import { api } from "../../../convex/_generated/api.js";
import { calendarFile } from "../../calendar.ts";
import {
  answerButtons,
  rsvpCountsText,
  fileButton,
  pageButton,
  locationText,
  registeredText,
  remindButton,
} from "../../messages/event.ts";
import type { Line } from "../../messages/message.ts";
import { whenInlines } from "../../messages/when.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { completeEvent, nextEvents, resolveEvent, whichEvent } from "./findEvent.ts";
import { ownAnswerText } from "./rsvpCard.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

export const event: Command = {
  name: "event",
  describe: "command.event",
  for: "anyone",
  options: [{ name: "name", describe: "option.event-name", completes: true }],
  async run(ctx) {
    const name = (ctx.args.named["name"] ?? ctx.args.words.join(" ")).trim();
    const actionOf = (eventId: string) => `event|${eventId}`;
    if (!name) return reply(whichEvent(await nextEvents(ctx), ask(ctx), actionOf));
    const resolved = await resolveEvent(ctx, name, actionOf, { showsNear: true });
    return "ask" in resolved ? resolved.ask : await details(ctx, resolved.found);
  },
  complete: async (ctx, _option, typed) => await completeEvent(ctx, typed),
  actions: {
    event: async (ctx, [id = ""]) => await details(ctx, id),
    file: async (ctx, [id = ""]) => await eventFile(ctx, id),
  },
};

function ask({ t }: CommandContext): string {
  return t("event.name-missing", { example: t("event.name-missing.example") });
}

/** One event in full; a sentence for one that is gone. */
async function details(ctx: CommandContext, eventId: string): Promise<Reply> {
  const { t, backend, now } = ctx;
  const [found, coming] = await Promise.all([
    backend.query(api.events.queries.get, { eventId }),
    backend.query(api.rsvps.show, { eventId }),
  ]);
  if (!found || !coming) return gone(ctx);
  const isAhead = found.status !== "cancelled" && found.endsBy > now;
  // The reader's own RSVP is shown only in private.
  const own = ctx.chat.kind === "private" && isAhead && ownAnswerText(ctx, coming);
  const counts = rsvpCountsText(coming, t);
  const registered = registeredText(found, t);
  const place = locationText(found, t);
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
    [{ bold: t("event.when") }, ": ", ...whenInlines(found, { reader: ctx.reader, t, now })],
    ...(place
      ? [[{ bold: t("event.place") }, `: ${placeInFull(place, found.locationDetails)}`]]
      : []),
    ...(hosts.length > 0
      ? [[{ bold: t("event.hosts", { count: hosts.length }) }, `: ${hosts.join(", ")}`]]
      : []),
    ...(registered ? [[registered]] : []),
    ...(counts ? [[t("going.counts.here", { counts })]] : []),
    ...(own ? [[{ bold: own }]] : []),
    ...(found.registrationType === "approval" ? [[t("event.approval")]] : []),
    ...(found.registrationType === "paid" ? [[t("event.paid")]] : []),
  ];
  return reply(
    {
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
        [{ label: t("button.back"), action: "events" }],
      ],
    },
    { editsMessage: true },
  );
}

function placeInFull(place: string, address: string | undefined): string {
  const full = address && cleanName(address, 150);
  return full && full !== place ? `${place} (${full})` : place;
}

function gone({ t }: CommandContext): Reply {
  return reply({
    lines: [[t("event.gone")]],
    buttons: [[{ label: t("button.back"), action: "events" }]],
  });
}

/** The calendar file of one event. */
async function eventFile(ctx: CommandContext, eventId: string): Promise<Reply> {
  const found = await ctx.backend.query(api.events.queries.get, { eventId });
  if (!found || found.status === "cancelled") return gone(ctx);
  const content = calendarFile(found.title, [found], ctx.now);
  return reply({
    lines: [[{ bold: cleanName(found.title, 200) }]],
    file: { name: "event.ics", mime: "text/calendar", content },
  });
}

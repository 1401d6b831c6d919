import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { titleButton } from "../../messages/event.ts";
import type { Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { isTermOf, meaningOf } from "../../texts/synonyms.ts";
import {
  completeEvent,
  nextEvents,
  resolveNamedEvent,
  resolveUpcoming,
  whichEvent,
} from "./findEvent.ts";
import { rsvpCard, type RsvpView } from "./rsvpCard.ts";
import { readCount } from "../args.ts";
import { continueInPrivate, isPublicHere, reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

// RSVPs: answering for an event, and the list of the person's own answers.

const answers = ["yes", "plus", "maybe", "no"] as const;

export const rsvp: Command = {
  name: "going",
  describe: "command.going",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [
    { name: "event", describe: "option.event-name", completes: true },
    {
      name: "answer",
      describe: "option.answer",
      choices: ["yes", "+1", "maybe", "no"],
      read: (typed) => meaningOf("answer", typed),
    },
    { name: "seats", describe: "option.seats", read: readSeats },
  ],
  async run(ctx) {
    const { args, t } = ctx;
    const [first = ""] = args.words;
    if (args.named["seats"] !== undefined || isTermOf("seats-verb", first))
      return await setSeats(ctx);
    const option = args.named["answer"];
    const answer = option === undefined ? undefined : meaningOf("answer", option);
    // "hike tal vez" is an answer and leaves "hike".
    const resolved = await resolveNamedEvent(
      ctx,
      (typed) => meaningOf("answer", typed),
      (id, said) => `rsvp|${answer ?? said ?? "show"}|${id}`,
    );
    if ("ask" in resolved) return resolved.ask;
    const said = answer ?? resolved.said;
    if (resolved.found !== undefined)
      return await rsvpAction(ctx, [said ?? "show", resolved.found]);
    if (said === undefined) return await ownRsvps(ctx);
    const ask = t("going.name-missing", { example: t("going.example") });
    return reply(whichEvent(await nextEvents(ctx), ask, (id) => `rsvp|${said}|${id}`));
  },
  complete: async (ctx, _option, typed) => await completeEvent(ctx, typed),
  actions: { rsvp: rsvpAction },
};

/** Its actions: `rsvp|yes|<event>`, plus, maybe, no; `rsvp|show|<event>` looks, `rsvp|mine` lists. */
async function rsvpAction(
  ctx: CommandContext,
  [act, eventId = ""]: readonly string[],
): Promise<Reply> {
  const { backend, t, reader } = ctx;
  if (act === "mine") return await ownRsvps(ctx);
  const given = answers.find((one) => one === act);
  if (!given) {
    const view = await backend.query(api.rsvps.show, { eventId });
    return view ? rsvpCard(ctx, view) : reply({ lines: [[t("event.gone")]] }, { ephemeral: true });
  }
  const answer = { yes: "going", plus: "going", maybe: "maybe", no: "not" } as const;
  const view = await backend.mutation(api.rsvps.answer, {
    eventId,
    answer: answer[given],
    guests: given === "plus" ? 1 : 0,
    locale: reader.locale,
  });
  return rsvpCard(ctx, view, given === "plus" ? noGuest(ctx, view) : undefined);
}

/** The note for a person who asked to bring a guest where only one seat is left. */
function noGuest({ t }: CommandContext, { mine }: RsvpView): string | undefined {
  return mine?.answer === "going" && mine.guests === 0 && !mine.isWaiting
    ? t("going.no-guest")
    : undefined;
}

type Own = FunctionReturnType<typeof api.rsvps.mine>[number];
const maxButtons = 5;

/** What the caller goes to, with a button for each. */
async function ownRsvps(ctx: CommandContext): Promise<Reply> {
  // Others would read along.
  if (isPublicHere(ctx)) return continueInPrivate(ctx, rsvp);
  const { backend, t } = ctx;
  const mine = await backend.query(api.rsvps.mine, {});
  if (mine.length === 0) {
    const offered = whichEvent(await nextEvents(ctx), t("going.none"), (id) => `rsvp|show|${id}`);
    return reply(offered, { ephemeral: true });
  }
  return reply(
    {
      title: t("going.title"),
      items: mine.map((one) => entry(one, ctx)),
      more: (count) => t("events.more", { count }),
      buttons: [
        ...mine
          .slice(0, maxButtons)
          .map(({ event }) => [titleButton(event, `+rsvp|show|${event._id}`)]),
        [
          { label: t("button.my-calendar"), action: "+calendar|mine" },
          { label: t("button.my-reminders"), action: "+reminder" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

function entry({ event, answer, guests, isWaiting, place = 0 }: Own, { t }: CommandContext): Line {
  const said = isWaiting
    ? t("going.line.waiting", { place })
    : answer === "going"
      ? t("going.line.yes", { guests })
      : t("going.line.maybe");
  return [
    { bold: cleanName(event.title, 120) },
    " · ",
    { time: event.startDate, style: "full" },
    ` · ${said}`,
  ];
}

/** A number of seats; null for as many as come; undefined for other words. */
function readSeats(typed: string): number | null | undefined {
  return isTermOf("off", typed) ? null : readCount(typed);
}

/** `/going limit <event> 20`: an admin says how many seats there are; "none" for as many as come. */
async function setSeats(ctx: CommandContext): Promise<Reply> {
  const { args, backend, t } = ctx;
  const isVerb = isTermOf("seats-verb", args.words[0] ?? "");
  const typed = isVerb ? args.words.slice(1) : args.words;
  const last = args.named["seats"] ?? typed.at(-1) ?? "";
  const rest = args.named["seats"] === undefined ? typed.slice(0, -1) : typed;
  const name = (args.named["event"] ?? rest.join(" ")).trim();
  const seats = readSeats(last);
  const example = t("going.limit.example");
  if (!name) return reply({ lines: [[t("going.name-missing", { example })]] }, { ephemeral: true });
  if (seats === undefined) {
    const hint = t("usage", { example });
    const unclear = t("unknown.option", { word: cleanName(last, 60), hint });
    return reply({ lines: [[unclear]] }, { ephemeral: true });
  }
  const resolved = await resolveUpcoming(ctx, name, (id) => `rsvp|show|${id}`);
  if ("ask" in resolved)
    return reply({ ...resolved.ask.message, buttons: [] }, { ephemeral: true });
  const view = await backend.mutation(api.rsvps.setLimit, { eventId: resolved.found, seats });
  const set = seats === null ? t("going.limit.none") : t("going.limit.set", { count: seats });
  return rsvpCard(ctx, view, set);
}

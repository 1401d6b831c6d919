import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { titleButton } from "../messages/eventButtons.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call, Command } from "./command.ts";
import type { Card } from "./events.ts";
import { completeEvent, findEvents, idIn, nextEvents, whichEvent } from "./findEvent.ts";
import { goingCard, type GoingView, isAlert } from "./goingCard.ts";
import { readEnd, wordIn } from "./verbs.ts";
import { sendElsewhere } from "./where.ts";

// Saying that one comes to an event, and what one goes to.

const wishes = ["yes", "plus", "maybe", "no"] as const;
type Wish = (typeof wishes)[number];

/** Every way to say it, in both languages, without accents. */
const answers: Record<string, Wish> = {
  yes: "yes",
  y: "yes",
  going: "yes",
  si: "yes",
  voy: "yes",
  "+1": "plus",
  "+ 1": "plus",
  "yes +1": "plus",
  "si +1": "plus",
  "voy +1": "plus",
  maybe: "maybe",
  quiza: "maybe",
  quizas: "maybe",
  "tal vez": "maybe",
  no: "no",
  not: "no",
  "not going": "no",
  "no voy": "no",
};
const limitWords = ["limit", "limite", "seats", "plazas", "cupo"];
const noLimit = ["none", "no", "ninguno", "ninguna", "sin"];

export const going: Command = {
  name: "going",
  describe: "command.going",
  for: "anyone",
  isPrivate: true,
  where: "hidden",
  options: [
    { name: "event", aliases: ["evento"], describe: "option.event-name", completes: true },
    {
      name: "answer",
      aliases: ["respuesta"],
      describe: "option.answer",
      choices: ["yes", "+1", "maybe", "no"],
    },
    { name: "seats", aliases: ["plazas", "limit", "limite"], describe: "option.seats" },
  ],
  async run(call) {
    const { args, t } = call;
    const [first = ""] = args.words;
    if (args.named["seats"] !== undefined || limitWords.includes(plain(first)))
      return await setSeats(call);
    // "hike tal vez" is an answer and leaves "hike".
    const { rest, found } = readEnd(args.words, (words) => wordIn(answers, words));
    const said = args.named["answer"];
    const asked = said === undefined ? found : wordIn(answers, said);
    const name = (args.named["event"] ?? rest.join(" ")).trim();
    if (name) return await meant(call, name, asked ?? "show");
    if (asked === undefined && said === undefined) return await myEvents(call);
    const ask = t("going.name-missing", { example: t("going.example") });
    return whichEvent(await nextEvents(call), ask, (id) => `rsvp|${asked ?? "show"}|${id}`);
  },
  complete: async (call, _option, typed) => await completeEvent(call, typed),
};

type Act = Wish | "show";

/** Does it for the one event that is meant, or offers several. */
async function meant(call: Call, name: string, act: Act): Promise<Message> {
  const found = await coming(call, name, (id) => `rsvp|${act}|${id}`);
  if (!("_id" in found)) return { ...found, isPrivate: true };
  return await pressRsvp(call, [act, found._id]);
}

/** The coming event that somebody means; otherwise a message that says how to go on. */
export async function coming(
  call: Call,
  name: string,
  press: (eventId: string) => string,
): Promise<Pick<Card, "_id"> | Message> {
  const { t } = call;
  const id = idIn(name);
  if (id !== undefined) return { _id: id as Card["_id"] };
  const next = await nextEvents(call);
  const all = await findEvents(call, name, next);
  const open = all.filter(({ status }) => status === "upcoming" || status === "live");
  const [first] = open;
  if (first && open.length === 1) return first;
  if (first) return whichEvent(open, t("event.which"), press);
  if (all.length > 0) return { lines: [[t("going.over")]] };
  return whichEvent(next, t("event.none", { name: cleanName(name, 60) }), press);
}

/** A press: `rsvp|yes|<event>`, plus, maybe, no; `rsvp|show|<event>` looks, `rsvp|mine` lists. */
export async function pressRsvp(
  call: Call,
  [act, eventId = ""]: readonly string[],
): Promise<Message> {
  const { plaza, t, reader } = call;
  if (act === "mine") return await myEvents(call);
  const wish = wishes.find((one) => one === act);
  if (!wish) {
    const view = await plaza.query(api.rsvps.show, { eventId });
    return view ? goingCard(call, view) : { lines: [[t("event.gone")]], isPrivate: true };
  }
  const answer = { yes: "going", plus: "going", maybe: "maybe", no: "not" } as const;
  const view = await plaza.mutation(api.rsvps.answer, {
    eventId,
    answer: answer[wish],
    guests: wish === "plus" ? 1 : 0,
    locale: reader.locale,
  });
  return goingCard(call, view, wish === "plus" ? noGuest(call, view) : undefined);
}

/** Why somebody comes alone who wanted to bring somebody. */
function noGuest({ t }: Call, { mine }: GoingView): string | undefined {
  return mine?.answer === "going" && mine.guests === 0 && !mine.isWaiting
    ? t("going.no-guest")
    : undefined;
}

type Own = FunctionReturnType<typeof api.rsvps.mine>[number];
const mostButtons = 5;

/** What the caller goes to, with a button for each. */
async function myEvents(call: Call): Promise<Message> {
  // Others would read along.
  if (isAlert(call)) return sendElsewhere(call, going);
  const { plaza, t } = call;
  const mine = await plaza.query(api.rsvps.mine, {});
  if (mine.length === 0) {
    const offered = whichEvent(await nextEvents(call), t("going.none"), (id) => `rsvp|show|${id}`);
    return { ...offered, isPrivate: true };
  }
  return {
    title: t("going.title"),
    items: mine.map((one) => entry(one, call)),
    more: (count) => t("events.more", { count }),
    buttons: [
      ...mine
        .slice(0, mostButtons)
        .map(({ event }) => [titleButton(event, `+rsvp|show|${event._id}`)]),
      [
        { label: t("button.my-calendar"), press: "+calendar|mine" },
        { label: t("button.my-reminders"), press: "+reminder" },
      ],
    ],
    isPrivate: true,
  };
}

function entry({ event, answer, guests, isWaiting, place = 0 }: Own, { t }: Call): Line {
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

/** `/going limit <event> 20`: an admin says how many seats there are; "none" for as many as come. */
async function setSeats(call: Call): Promise<Message> {
  const { args, plaza, t } = call;
  const isVerb = limitWords.includes(plain(args.words[0] ?? ""));
  const typed = isVerb ? args.words.slice(1) : args.words;
  const last = args.named["seats"] ?? typed.at(-1) ?? "";
  const rest = args.named["seats"] === undefined ? typed.slice(0, -1) : typed;
  const name = (args.named["event"] ?? rest.join(" ")).trim();
  const seats = noLimit.includes(plain(last)) ? null : Number(last);
  const example = { lines: [[t("going.name-missing", { example: t("going.limit.example") })]] };
  if (!name || Number.isNaN(seats) || last === "") return { ...example, isPrivate: true };
  const found = await coming(call, name, (id) => `rsvp|show|${id}`);
  if (!("_id" in found)) return { ...found, buttons: [], isPrivate: true };
  const view = await plaza.mutation(api.rsvps.setLimit, { eventId: found._id, seats });
  const set = seats === null ? t("going.limit.none") : t("going.limit.set", { count: seats });
  return goingCard(call, view, set);
}

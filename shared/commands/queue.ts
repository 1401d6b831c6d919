import { api } from "../../convex/_generated/api.js";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { lineButton, type Place, placeButtons, placeLines } from "../messages/queue.ts";
import type { Texts } from "../texts/index.ts";
import type { Call, Command } from "./command.ts";
import { completeEvent, idIn } from "./findEvent.ts";
import { hostPanel, hostPress, runHost } from "./queueHost.ts";
import { isHost, isOverheard, type Lined, linesHere, oneOf } from "./queueLines.ts";
import { actions, type Action, readWish } from "./queueWords.ts";

// The line at an event, as its members use it; what hosts do is in `queueHost.ts`.

export const queue: Command = {
  name: "queue",
  describe: "command.queue",
  for: "anyone",
  // The invitation to a line is for everybody; everything else is one's own, or a host's.
  isPrivate: (args) => readWish(args).action !== "open",
  options: [
    { name: "action", aliases: ["accion"], describe: "option.queue", choices: actions },
    { name: "event", aliases: ["evento"], describe: "option.queue.event", completes: true },
    { name: "slot", aliases: ["turno", "minutos"], describe: "option.queue.slot" },
    { name: "capacity", aliases: ["cupo", "capacidad"], describe: "option.queue.capacity" },
  ],
  async run(call) {
    const wish = readWish(call.args);
    switch (wish.action) {
      case "status":
        return await status(call, wish.written);
      case "join": {
        const open = (await linesHere(call, wish.written)).filter(({ isOpen }) => isOpen);
        const meant = oneOf(call, open, "join", wish.written);
        return "message" in meant ? meant.message : await act(call, "join", meant.eventId);
      }
      case "leave":
      case "coming": {
        const none = call.t("queue.nowhere");
        const meant = oneOf(call, await placesOf(call), wish.action, wish.written, none);
        return "message" in meant ? meant.message : await act(call, wish.action, meant.eventId);
      }
      default:
        return await runHost(call, { ...wish, action: wish.action });
    }
  },
  complete: async (call, option, typed) =>
    option === "event" ? await completeEvent(call, typed) : [],
};

/** A press: `queue|join|<event>`, `queue|status`, and the hosts' own. */
export async function pressQueue(
  call: Call,
  [word = "", id = "", number]: readonly string[],
): Promise<Message> {
  switch (word) {
    case "join":
    case "leave":
    case "coming":
      return { ...(await act(call, word, id)), ...changing(call) };
    case "status":
      return { ...(await status(call, "")), ...changing(call) };
    default:
      return await hostPress(call, word, id, number);
  }
}

/** Where others read along, the answer is a word to the one who pressed. */
function changing(call: Call): Partial<Message> {
  return isOverheard(call) ? {} : { replaces: true };
}

async function placesOf({ plaza, now }: Call): Promise<Place[]> {
  return await plaza.query(api.queue.getUserQueue, { now: rounded(now) });
}

/** To ten seconds, so that many ask the same. */
function rounded(now: number): number {
  return Math.floor(now / 10_000) * 10_000;
}

/** One's own place; to a host who waits in no line, the line they may run. */
async function status(call: Call, written: string): Promise<Message> {
  const { t } = call;
  const places = await placesOf(call);
  const mine = written === "" ? places : named(places, written);
  if (mine.length > 0) return ownPlaces(call, mine);
  const lines = await linesHere(call, written);
  if (isHost(call) && !isOverheard(call) && lines.length > 0) {
    const meant = oneOf(call, lines, "line", written);
    return "message" in meant ? meant.message : await hostPanel(call, meant.eventId);
  }
  const open = lines.filter(({ isOpen }) => isOpen).slice(0, 4);
  const said =
    open.length > 0 ? [t("queue.nowhere")] : [t("queue.nowhere"), " ", t("queue.no-open")];
  return own(call, {
    lines: [said],
    buttons: open.map((line) => [namedButton("join", line, t)]),
  });
}

function named(places: Place[], written: string): Place[] {
  const id = idIn(written);
  return places.filter(({ eventId, title }) =>
    id === undefined ? title.toLowerCase().includes(written.toLowerCase()) : eventId === id,
  );
}

function ownPlaces(call: Call, places: Place[], before: Line[] = []): Message {
  const { t } = call;
  const lines = places.flatMap((place) => [
    ...(place.status === "waiting" && before.length === 0
      ? [[{ bold: cleanName(place.title, 100) }]]
      : []),
    ...placeLines(place, t),
  ]);
  const [only, ...others] = places;
  const buttons =
    only && others.length === 0
      ? [placeButtons(only, t)]
      : places.map((place) => [namedButton("leave", place, t)]);
  return own(call, { lines: [...before, ...lines], buttons });
}

/** A button of one line of several. */
function namedButton(wish: "join" | "leave", { eventId, title }: Lined, t: Texts): Button {
  const { label, ...button } = lineButton(wish, eventId, t);
  return { ...button, label: `${label} · ${cleanName(title, 24)}` };
}

/** An answer for one person: among others without buttons, which anybody could press. */
function own(call: Call, message: Message): Message {
  const { buttons, ...words } = message;
  const pressable = buttons?.filter((row) => row.length > 0) ?? [];
  return {
    ...words,
    ...(pressable.length > 0 && !isOverheard(call) && { buttons: pressable }),
    isPrivate: true,
  };
}

type Wish = Extract<Action, "join" | "leave" | "coming">;

async function act(call: Call, wish: Wish, eventId: string): Promise<Message> {
  const { t, plaza } = call;
  if (wish === "leave") {
    const { title } = await plaza.mutation(api.queue.leaveQueue, { eventId });
    return own(call, {
      lines: [[t("queue.left", { event: cleanName(title, 100) })]],
      buttons: [[lineButton("join", eventId, t)]],
    });
  }
  if (wish === "coming") {
    await plaza.mutation(api.queue.confirmTurn, { eventId });
    return own(call, { lines: [[t("queue.coming")]] });
  }
  const { isNew, place } = await plaza.mutation(api.queue.joinQueue, { eventId });
  const said = t(isNew ? "queue.joined" : "queue.in-already", {
    event: cleanName(place.title, 100),
  });
  const shown = ownPlaces(call, [place], [[said]]);
  return { ...shown, lines: [...(shown.lines ?? []), [t("queue.will-tell")]] };
}

import { api } from "../../../convex/_generated/api.js";
import type { Button, Line, Message } from "../../messages/message.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import { queueButton, type EntryView, entryButtons, entryLines } from "../../messages/queue.ts";
import type { Texts } from "../../texts/index.ts";
import { completeEvent, idIn } from "../events/findEvent.ts";
import { hostPanel, hostPress, runHost } from "./host.ts";
import {
  isHost,
  type QueueOf,
  queuesHere,
  resolveQueue,
  type QueueVerb,
  readRequest,
  verbChoices,
} from "./resolveQueue.ts";
import { meaningOf } from "../../texts/synonyms.ts";
import { readCount, readMinutes } from "../args.ts";
import { isPublicHere, reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

// The queue of an event, as the people in it use it; `host.ts` is what hosts do.

export const queue: Command = {
  name: "queue",
  describe: "command.queue",
  for: "anyone",
  // The invitation to a queue is for everybody; all else is for one person or for hosts.
  ephemeral: (args) => readRequest(args).verb !== "open",
  options: [
    {
      name: "action",
      describe: "option.queue",
      choices: verbChoices,
      read: (typed) => meaningOf("queue-verb", typed),
    },
    { name: "event", describe: "option.queue.event", completes: true },
    { name: "slot", describe: "option.queue.slot", read: readMinutes },
    { name: "capacity", describe: "option.queue.capacity", read: readCount },
  ],
  async run(ctx) {
    const request = readRequest(ctx.args);
    switch (request.verb) {
      case "status":
        return await status(ctx, request.typed);
      case "join": {
        const open = (await queuesHere(ctx, request.typed)).filter(({ isOpen }) => isOpen);
        const resolved = await resolveQueue(ctx, open, "join", request.typed);
        return "ask" in resolved ? resolved.ask : await act(ctx, "join", resolved.found.eventId);
      }
      case "leave":
      case "coming": {
        const none = ctx.t("queue.nowhere");
        const resolved = await resolveQueue(
          ctx,
          await entriesOf(ctx),
          request.verb,
          request.typed,
          none,
        );
        return "ask" in resolved
          ? resolved.ask
          : await act(ctx, request.verb, resolved.found.eventId);
      }
      default:
        return await runHost(ctx, { ...request, verb: request.verb });
    }
  },
  complete: async (ctx, option, typed) =>
    option === "event" ? await completeEvent(ctx, typed) : [],
  actions: { queue: queueAction },
};

/** Its actions: `queue|join|<event>`, `queue|status`, and the hosts' own. */
async function queueAction(
  ctx: CommandContext,
  [word = "", id = "", number]: readonly string[],
): Promise<Reply> {
  switch (word) {
    case "join":
    case "leave":
    case "coming":
      return inPlace(ctx, await act(ctx, word, id));
    case "status":
      return inPlace(ctx, await status(ctx, ""));
    default:
      return await hostPress(ctx, word, id, number);
  }
}

/** Changes the message with the button, but for one that others see: there the answer is an alert. */
function inPlace(ctx: CommandContext, said: Reply): Reply {
  return isPublicHere(ctx, "moderators") ? said : reply(said, { editsMessage: true });
}

async function entriesOf({ backend, now }: CommandContext): Promise<EntryView[]> {
  return await backend.query(api.queue.getUserQueue, { now: rounded(now) });
}

/** To ten seconds, so that many ask the same. */
function rounded(now: number): number {
  return Math.floor(now / 10_000) * 10_000;
}

/** The person's own entries; for a host who waits in no queue, the queue they may run. */
async function status(ctx: CommandContext, typed: string): Promise<Reply> {
  const { t } = ctx;
  const entries = await entriesOf(ctx);
  const mine = typed === "" ? entries : named(entries, typed);
  if (mine.length > 0) return ownEntries(ctx, mine);
  const queues = await queuesHere(ctx, typed);
  if (isHost(ctx) && !isPublicHere(ctx, "moderators") && queues.length > 0) {
    const resolved = await resolveQueue(ctx, queues, "line", typed);
    return "ask" in resolved ? resolved.ask : await hostPanel(ctx, resolved.found.eventId);
  }
  const open = queues.filter(({ isOpen }) => isOpen).slice(0, 4);
  const isKnown = open.some(({ title }) => plain(title).includes(plain(typed)));
  if (typed !== "" && idIn(typed) === undefined && !isKnown)
    return own(ctx, { lines: [[t("queue.no-match", { name: cleanName(typed, 60) })]] });
  const said =
    open.length > 0 ? [t("queue.nowhere")] : [t("queue.nowhere"), " ", t("queue.no-open")];
  return own(ctx, {
    lines: [said],
    buttons: open.map((one) => [namedButton("join", one, t)]),
  });
}

function named(entries: EntryView[], typed: string): EntryView[] {
  const id = idIn(typed);
  return entries.filter(({ eventId, title }) =>
    id === undefined ? title.toLowerCase().includes(typed.toLowerCase()) : eventId === id,
  );
}

function ownEntries(ctx: CommandContext, entries: EntryView[], before: Line[] = []): Reply {
  const { t } = ctx;
  const lines = entries.flatMap((entry) => [
    ...(entry.status === "waiting" && before.length === 0
      ? [[{ bold: cleanName(entry.title, 100) }]]
      : []),
    ...entryLines(entry, t),
  ]);
  const [only, ...others] = entries;
  const buttons =
    only && others.length === 0
      ? [entryButtons(only, t)]
      : entries.map((entry) => [namedButton("leave", entry, t)]);
  return own(ctx, { lines: [...before, ...lines], buttons });
}

/** A button of one queue of several. */
function namedButton(verb: "join" | "leave", { eventId, title }: QueueOf, t: Texts): Button {
  const { label, ...button } = queueButton(verb, eventId, t);
  return { ...button, label: `${label} · ${cleanName(title, 24)}` };
}

/** A reply for one person; in public it has no buttons, since anybody could press them. */
function own(ctx: CommandContext, { buttons, ...content }: Message): Reply {
  const pressable = buttons?.filter((row) => row.length > 0) ?? [];
  return reply(
    {
      ...content,
      ...(pressable.length > 0 && !isPublicHere(ctx, "moderators") && { buttons: pressable }),
    },
    { ephemeral: true },
  );
}

type OwnVerb = Extract<QueueVerb, "join" | "leave" | "coming">;

async function act(ctx: CommandContext, verb: OwnVerb, eventId: string): Promise<Reply> {
  const { t, backend } = ctx;
  if (verb === "leave") {
    const { title } = await backend.mutation(api.queue.leaveQueue, { eventId });
    return own(ctx, {
      lines: [[t("queue.left", { event: cleanName(title, 100) })]],
      buttons: [[queueButton("join", eventId, t)]],
    });
  }
  if (verb === "coming") {
    await backend.mutation(api.queue.confirmTurn, { eventId });
    return own(ctx, { lines: [[t("queue.coming")]] });
  }
  const { isNew, place } = await backend.mutation(api.queue.joinQueue, { eventId });
  const said = t(isNew ? "queue.joined" : "queue.in-already", {
    event: cleanName(place.title, 100),
  });
  const { message, options } = ownEntries(ctx, [place], [[said]]);
  return reply({ ...message, lines: [...(message.lines ?? []), [t("queue.will-tell")]] }, options);
}

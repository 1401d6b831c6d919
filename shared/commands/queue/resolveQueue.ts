import type { FunctionReturnType } from "convex/server";
import { isTermOf, type MeaningIn } from "../../texts/synonyms.ts";
import { type Args, readVerb } from "../args.ts";
import { api } from "../../../convex/_generated/api.js";
import { titleButton } from "../../messages/event.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext } from "../command.ts";
import { findEvents, idIn, whichEvent } from "../events/findEvent.ts";
import { reply } from "../reply.ts";
import { resolve, type Resolved } from "../resolve.ts";

// What is asked of a queue.

export const verbChoices = [
  "join",
  "leave",
  "status",
  "open",
  "next",
  "here",
  "done",
  "noshow",
  "remove",
  "close",
] as const;
/** "coming" and "line" are mostly buttons. */
export type QueueVerb = MeaningIn<"queue-verb">;

type QueueRequest = { verb: QueueVerb; typed: string };

/** What is wanted, and of which queue; without a verb it is the person's own position. */
export function readRequest(args: Args): QueueRequest {
  const { verb = "status", words } = readVerb(args, "queue-verb");
  return { verb, typed: (args.named["event"] ?? words.join(" ")).trim() };
}

/**
 * Of "close all hands" the name, and whether "all" was said, which also removes the entries that wait:
 * where a queue's event is called "All hands", it is its name.
 */
export function readClosing(queues: readonly QueueOf[], typed: string) {
  const [first = "", ...rest] = typed.split(" ");
  const isName = queues.some(({ title }) => isTitleOf(title, typed));
  return isTermOf("all", first) && !isName
    ? { typed: rest.join(" "), isAll: true }
    : { typed, isAll: false };
}

function isTitleOf(title: string, typed: string): boolean {
  const words = plain(typed);
  return words.includes(" ") ? plain(title).includes(words) : plain(title) === words;
}

// Which queue is meant: the one that is named, else the only one that it can be.

export type QueueOf = Pick<
  FunctionReturnType<typeof api.queue.getQueues>[number],
  "eventId" | "title"
>;
export function isHost({ person }: CommandContext): boolean {
  return person?.accessLevel === "moderator" || person?.accessLevel === "admin";
}

/** One of these queues; where it could be several, the person is asked. */
export async function resolveQueue(
  { t }: CommandContext,
  queues: readonly QueueOf[],
  verb: QueueVerb | "ask",
  typed = "",
  none: string = t("queue.no-open"),
): Promise<Resolved<{ eventId: string }>> {
  const id = idIn(typed);
  if (id !== undefined) return { found: { eventId: id }, rest: "" };
  const unknown = t("queue.no-match", { name: cleanName(typed, 60) });
  return await resolve<QueueOf>({
    typed,
    find: (name) => queues.filter(({ title }) => plain(title).includes(plain(name))),
    isExact: ({ title }, name) => plain(title) === plain(name),
    none: () => reply({ lines: [[typed === "" ? none : unknown]] }, { ephemeral: true }),
    which: (several) =>
      reply(
        {
          lines: [[t("queue.which")]],
          buttons: several
            .slice(0, 5)
            .map((queue) => [titleButton(queue, `queue|${verb}|${queue.eventId}`)]),
        },
        { ephemeral: true },
      ),
  });
}

/** The queues of this chat's organization, or of all where it has none or one is named. */
export async function queuesHere({ backend, chat }: CommandContext, typed: string) {
  const isNarrow = chat.orgId !== undefined && typed === "";
  return await backend.query(
    api.queue.getQueues,
    isNarrow && chat.orgId ? { orgId: chat.orgId } : {},
  );
}

/** The event whose queue is to be opened: by name, else what is on now, else what is next. */
export async function eventToOpen(
  ctx: CommandContext,
  typed: string,
): Promise<Resolved<{ eventId: string }>> {
  const { t, backend, chat, now } = ctx;
  const named = idIn(typed);
  if (named !== undefined) return { found: { eventId: named }, rest: "" };
  const orgId = chat.orgId && typed === "" ? { orgId: chat.orgId } : {};
  const coming = await backend.live(api.events.queries.upcoming, orgId);
  const live = coming.filter(({ startDate }) => startDate <= now);
  const meant = live.length > 0 ? live : coming.slice(0, 1);
  const { cards: found, isNear } =
    typed === "" ? { cards: meant, isNear: false } : await findEvents(ctx, typed, coming);
  if (isNear && found.length > 0) {
    const text = t("event.near", { name: cleanName(typed, 60) });
    const choice = whichEvent(found, text, (id) => `queue|open|${id}`);
    return { ask: reply(choice, { ephemeral: true }) };
  }
  const queues = found.map(({ _id, title }) => ({ eventId: _id, title }));
  const none =
    typed === ""
      ? t("queue.event-missing", { example: t("queue.event-missing.example") })
      : t("queue.event-none", { name: cleanName(typed, 60) });
  return await resolveQueue(ctx, queues, "open", "", none);
}

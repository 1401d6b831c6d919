import type { FunctionReturnType } from "convex/server";
import { isTermOf, type MeaningIn } from "../../texts/synonyms.ts";
import { type Args, readVerb } from "../args.ts";
import { api } from "../../../convex/_generated/api.js";
import { titleButton } from "../../messages/event.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext } from "../command.ts";
import { findEvents, idIn } from "../events/findEvent.ts";
import { reply, type Reply } from "../reply.ts";

// The words in which people speak to a line, in both languages.

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

/** `isAll`: "close all", which also removes the entries that wait. */
type QueueRequest = { verb: QueueVerb; written: string; isAll: boolean };

/** What is wanted, and of whose line; without a verb it is one's own place. */
export function readRequest(args: Args): QueueRequest {
  const { verb = "status", words } = readVerb(args, "queue-verb");
  const [first = "", ...rest] = words;
  const isAll = verb === "close" && isTermOf("all", first);
  const written = args.named["event"] ?? (isAll ? rest : words).join(" ");
  return { verb, written: written.trim(), isAll };
}

/** Minutes or people, as they were typed: "7", "7 min"; NaN for what is no number. */
export function readNumber(typed: string | undefined): number | undefined {
  return typed === undefined ? undefined : Number.parseInt(typed, 10);
}

// Which line is meant: the one that is named, else the only one that it can be.

export type QueueOf = Pick<
  FunctionReturnType<typeof api.queue.getQueues>[number],
  "eventId" | "title"
>;
type Meant = { eventId: string } | { message: Reply };

export function isHost({ person }: CommandContext): boolean {
  return person?.accessLevel === "moderator" || person?.accessLevel === "admin";
}

/** One of some lines; where it could be several, the person is asked. */
export function oneOf(
  { t }: CommandContext,
  lines: readonly QueueOf[],
  verb: QueueVerb,
  written = "",
  none: string = t("queue.no-open"),
): Meant {
  const named = idIn(written);
  if (named !== undefined) return { eventId: named };
  const wanted = plain(written);
  const exact = lines.filter(({ title }) => plain(title) === wanted);
  const near = lines.filter(({ title }) => plain(title).includes(wanted));
  const [only, ...others] = exact.length > 0 ? exact : near;
  if (!only) {
    const unknown = t("queue.no-match", { name: cleanName(written, 60) });
    return { message: reply({ lines: [[written === "" ? none : unknown]] }, { ephemeral: true }) };
  }
  if (others.length === 0) return { eventId: only.eventId };
  return { message: which(t("queue.which"), [only, ...others], verb) };
}

function which(text: string, lines: readonly QueueOf[], verb: QueueVerb): Reply {
  return reply(
    {
      lines: [[text]],
      buttons: lines
        .slice(0, 5)
        .map((line) => [titleButton(line, `queue|${verb}|${line.eventId}`)]),
    },
    { ephemeral: true },
  );
}

/** The lines of this chat's organization, or of all where it has none or one is named. */
export async function queuesHere({ backend, chat }: CommandContext, written: string) {
  const isNarrow = chat.orgId !== undefined && written === "";
  return await backend.query(
    api.queue.getQueues,
    isNarrow && chat.orgId ? { orgId: chat.orgId } : {},
  );
}

/** The event whose line is to be opened: by name, else what is on now, else what is next. */
export async function eventToOpen(ctx: CommandContext, written: string): Promise<Meant> {
  const { t, backend, chat, now } = ctx;
  const named = idIn(written);
  if (named !== undefined) return { eventId: named };
  const orgId = chat.orgId && written === "" ? { orgId: chat.orgId } : {};
  const coming = await backend.live(api.events.queries.upcoming, orgId);
  const live = coming.filter(({ startDate }) => startDate <= now);
  const meant = live.length > 0 ? live : coming.slice(0, 1);
  const found = written === "" ? meant : await findEvents(ctx, written, coming);
  const lines = found.map(({ _id, title }) => ({ eventId: _id, title }));
  const none =
    written === ""
      ? t("queue.event-missing", { example: t("queue.event-missing.example") })
      : t("queue.event-none", { name: cleanName(written, 60) });
  return oneOf(ctx, lines, "open", "", none);
}

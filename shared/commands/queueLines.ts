import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { titleButton } from "../messages/eventButtons.ts";
import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call } from "./command.ts";
import { findEvents, idIn } from "./findEvent.ts";
import type { Action } from "./queueWords.ts";

// Which line is meant: the one that is named, else the only one that it can be.

export type Lined = Pick<
  FunctionReturnType<typeof api.queue.getLines>[number],
  "eventId" | "title"
>;
export type Meant = { eventId: string } | { message: Message };

/** Names of others would be read by everybody here. */
export function isOverheard({ chat, showsForms }: Call): boolean {
  return chat.kind !== "private" && !showsForms && chat.isForModerators !== true;
}

export function isHost({ person }: Call): boolean {
  return person?.standing === "moderator" || person?.standing === "admin";
}

/** One of some lines; where it could be several, the person is asked. */
export function oneOf(
  { t }: Call,
  lines: readonly Lined[],
  action: Action,
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
    return { message: { lines: [[written === "" ? none : unknown]], isPrivate: true } };
  }
  if (others.length === 0) return { eventId: only.eventId };
  return { message: which(t("queue.which"), [only, ...others], action) };
}

function which(text: string, lines: readonly Lined[], action: Action): Message {
  return {
    lines: [[text]],
    buttons: lines
      .slice(0, 5)
      .map((line) => [titleButton(line, `queue|${action}|${line.eventId}`)]),
    isPrivate: true,
  };
}

/** The lines of this chat's organization, or of all where it has none or one is named. */
export async function linesHere({ plaza, chat }: Call, written: string) {
  const isNarrow = chat.orgId !== undefined && written === "";
  return await plaza.query(api.queue.getLines, isNarrow && chat.orgId ? { orgId: chat.orgId } : {});
}

/** The event whose line is to be opened: by name, else what is on now, else what is next. */
export async function eventToOpen(call: Call, written: string): Promise<Meant> {
  const { t, plaza, chat, now } = call;
  const named = idIn(written);
  if (named !== undefined) return { eventId: named };
  const orgId = chat.orgId && written === "" ? { orgId: chat.orgId } : {};
  const coming = await plaza.live(api.events.queries.upcoming, orgId);
  const live = coming.filter(({ startDate }) => startDate <= now);
  const meant = live.length > 0 ? live : coming.slice(0, 1);
  const found = written === "" ? meant : await findEvents(call, written, coming);
  const lines = found.map(({ _id, title }) => ({ eventId: _id, title }));
  const none =
    written === ""
      ? t("queue.event-missing", { example: t("queue.event-missing.example") })
      : t("queue.event-none", { name: cleanName(written, 60) });
  return oneOf(call, lines, "open", "", none);
}

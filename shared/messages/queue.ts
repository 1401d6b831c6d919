import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { type TextKey, texts, type Texts } from "../texts/index.ts";
import type { PayloadOf } from "./leased.ts";
import type { Button, Line, Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";

// Messages of a queue: to a person about their own entry, to a host about whom they called.

export type EntryView = FunctionReturnType<typeof api.queue.getUserQueue>[number];
type Notice = PayloadOf<"queue">["notice"];
type ToPerson = Extract<Notice, { to: "person" }>;
type ToHost = Extract<Notice, { to: "host" }>;

const eventName = (title: string) => cleanName(title, 100);

/** A person's display name for hosts, with a text for those without one. */
export function nameOf({ name }: { name: string }, t: Texts): string {
  return cleanName(name, 60) || t("queue.nameless");
}

/** An entry's position and expected wait; for one that was called, what to do now. */
export function entryLines(
  { title, status, position, wait, ...place }: EntryView,
  t: Texts,
): Line[] {
  const event = eventName(title);
  if (status === "called")
    return [
      [{ bold: t("queue.turn", { event }) }],
      place.isConfirmed || place.confirmBy === undefined
        ? [t("queue.turn.confirmed")]
        : [t("queue.turn.ask")],
    ];
  const { from, to } = wait;
  return [
    [{ bold: position === 1 ? t("queue.place.next") : t("queue.place", { position }) }],
    [t(waitKey(from, place.isMoving), { from, to })],
  ];
}

/** Before the first call, the wait until a host begins is not known. */
function waitKey(from: number, isMoving: boolean): TextKey {
  if (from === 0) return isMoving ? "queue.wait.short" : "queue.wait.still.short";
  return isMoving ? "queue.wait" : "queue.wait.still";
}

/** What a person can do about their own entry. */
export function entryButtons({ eventId, status, isConfirmed }: EntryView, t: Texts): Button[] {
  const leave = queueButton("leave", eventId, t);
  if (status !== "called") return [leave];
  return isConfirmed ? [] : [queueButton("coming", eventId, t), leave];
}

/** A button of a queue, for the people in it or for its host. */
export function queueButton(
  verb: "join" | "leave" | "coming" | "line" | "next" | "close" | "open" | "home",
  eventId: string,
  t: Texts,
): Button {
  return { label: t(`button.queue.${verb}`), action: `queue|${verb}|${eventId}` };
}

/** A notice about a queue, in a private chat. */
export function queueNotice(notice: Notice, reader: Reader): Message {
  const t = texts(reader.locale);
  return notice.to === "person" ? toPerson(notice, t) : toHost(notice, t);
}

function toPerson({ said, title, eventId, position }: ToPerson, t: Texts): Message {
  const event = eventName(title);
  const leave = queueButton("leave", eventId, t);
  switch (said) {
    case "turn":
      return {
        lines: [[{ bold: t("queue.turn", { event }) }], [t("queue.turn.ask")]],
        buttons: [[queueButton("coming", eventId, t), leave]],
      };
    case "third":
    case "next":
      return {
        lines: [[t(`queue.notice.${said}`, { event })]],
        buttons: [[{ label: t("button.queue.status"), action: "queue|status" }, leave]],
      };
    case "back":
      return { lines: [[t("queue.notice.back", { event, position })]], buttons: [[leave]] };
    case "out":
      return {
        lines: [[t("queue.notice.out", { event })]],
        buttons: [[queueButton("join", eventId, t)]],
      };
    case "removed":
    case "closed":
      return { lines: [[t(`queue.notice.${said}`, { event })]] };
  }
}

function toHost(notice: ToHost, t: Texts): Message {
  const { said, eventId, next } = notice;
  const line = queueButton("line", eventId, t);
  const told = t(`queue.host.notice.${said}`, { name: nameOf(notice, t) });
  if (said === "coming")
    return {
      lines: [[told]],
      buttons: [[callButton("done", notice, t), queueButton("next", eventId, t), line]],
    };
  const then = next
    ? t("queue.host.notice.next", { name: nameOf(next, t) })
    : t("queue.host.notice.nobody");
  return {
    lines: [[told], [then]],
    buttons: [
      [...(next ? [callButton("here", next, t), callButton("noshow", next, t)] : []), line],
    ],
  };
}

/** A host's button about an entry that was called; `call` is the number of that call. */
export function callButton(
  verb: "done" | "here" | "noshow",
  { positionId, call }: { positionId: string; call: number },
  t: Texts,
): Button {
  return { label: t(`button.queue.${verb}`), action: `queue|${verb}|${positionId}|${call}` };
}

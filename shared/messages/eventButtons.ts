import { isSafeLink } from "../links.ts";
import type { Texts } from "../texts/index.ts";
import type { Button } from "./message.ts";
import { cleanName, cut } from "./names.ts";

/** The button that leads to an event's page; none for a link that is not safe to show. */
export function pageButton(lumaUrl: string, t: Texts): Button[] {
  if (!isSafeLink(lumaUrl)) return [];
  const isLuma = ["luma.com", "lu.ma"].includes(new URL(lumaUrl).hostname);
  return [{ label: t(isLuma ? "button.luma" : "button.page"), url: lumaUrl }];
}

/** One event of several, by its title. */
export function titleButton({ title }: { title: string }, action: string): Button {
  return { label: cut(cleanName(title, 60), 40), action };
}

export function fileButton(event: { _id: string }, t: Texts): Button[] {
  return [{ label: t("button.calendar"), action: `+file|${event._id}` }];
}

/** Whether one comes, in one row; `mark` tells which button says what holds already. */
export function answerButtons(eventId: string, t: Texts, sign = "+", mark = ""): Button[] {
  const answers = [
    ["yes", t("button.going")],
    ["plus", "+1"],
    ["maybe", t("button.maybe")],
    ["no", t("button.not-going")],
  ] as const;
  return answers.map(([wish, label]) => ({
    label: `${wish === mark ? "✓ " : ""}${label}`,
    action: `${sign}rsvp|${wish}|${eventId}`,
  }));
}

export function remindButton(event: { _id: string }, t: Texts): Button {
  return { label: t("button.remind"), action: `+reminder|${event._id}` };
}

/**
 * What can be done with one event. The "+" asks for a new message: these buttons stand under
 * announcements, which must stay as they are.
 */
export function eventButtons(event: { _id: string; lumaUrl: string }, t: Texts): Button[][] {
  return [
    answerButtons(event._id, t),
    [remindButton(event, t), { label: t("button.details"), action: `+event|${event._id}` }],
    [...fileButton(event, t), ...pageButton(event.lumaUrl, t)],
  ];
}

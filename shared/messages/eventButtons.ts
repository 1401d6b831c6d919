import { isSafeLink } from "../links.ts";
import type { Texts } from "../texts/index.ts";
import type { Button } from "./message.ts";

/** The button that leads to an event's page; none for a link that is not safe to show. */
export function pageButton(lumaUrl: string, t: Texts): Button[] {
  if (!isSafeLink(lumaUrl)) return [];
  const isLuma = ["luma.com", "lu.ma"].includes(new URL(lumaUrl).hostname);
  return [{ label: t(isLuma ? "button.luma" : "button.page"), url: lumaUrl }];
}

export function fileButton(event: { _id: string }, t: Texts): Button[] {
  return [{ label: t("button.calendar"), press: `+file|${event._id}` }];
}

/**
 * What can be done with one event. The "+" asks for a new message: these buttons stand under
 * announcements, which must stay as they are.
 */
export function eventButtons(event: { _id: string; lumaUrl: string }, t: Texts): Button[][] {
  return [
    [{ label: t("button.details"), press: `+event|${event._id}` }, ...fileButton(event, t)],
    pageButton(event.lumaUrl, t),
  ];
}

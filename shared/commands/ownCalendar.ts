import { api } from "../../convex/_generated/api.js";
import { calendarFile } from "../calendar.ts";
import { isTermOf } from "../texts/synonyms.ts";
import type { CommandContext } from "./command.ts";
import { going } from "./going.ts";
import { continueInPrivate, reply, type Reply } from "./reply.ts";

// One's own calendar: what one goes to, as a link to subscribe to and as a file.

/** Whether somebody means their own calendar, and no organization's. */
export function isMine(name: string): boolean {
  return isTermOf("mine", name);
}

/** Its actions: `calendar|mine`, and `calendar|new|<version>` to make the link that was shown worthless. */
export async function calendarAction(
  ctx: CommandContext,
  [wish, version]: readonly string[],
): Promise<Reply> {
  const renews = wish === "new" ? Number(version ?? NaN) : undefined;
  return await ownCalendar(ctx, Number.isInteger(renews) ? renews : undefined);
}

/** The caller's link and file. Whoever has the link can read, so it is shown in private chats alone. */
export async function ownCalendar(ctx: CommandContext, renews?: number): Promise<Reply> {
  const { t, backend, chat, now } = ctx;
  if (chat.kind !== "private") return continueInPrivate(ctx, going, "/calendar mine");
  const own = await backend.action(api.feeds.link, renews === undefined ? {} : { renews });
  const events = await backend.query(api.rsvps.calendar, { now });
  const feed = backend.siteUrl && `${backend.siteUrl}/calendars/mine/${own.token}.ics`;
  return reply(
    {
      title: t("calendar.mine.title"),
      lines: [
        ...(renews === undefined ? [] : [[t("calendar.mine.renewed")]]),
        [t(feed ? "calendar.mine.text" : "calendar.mine.nofeed")],
        ...(feed ? [[{ code: feed }]] : []),
        ...(events.length === 0 ? [[t("calendar.mine.empty")]] : []),
      ],
      ...(events.length > 0 && {
        file: {
          name: t("calendar.file"),
          mime: "text/calendar",
          content: calendarFile("Plaza", events, now),
        },
      }),
      ...(feed && {
        buttons: [[{ label: t("button.new-link"), action: `+calendar|new|${own.version}` }]],
      }),
    },
    { ephemeral: true },
  );
}

import { api } from "../../convex/_generated/api.js";
import { calendarFile } from "../calendar.ts";
import type { Message } from "../messages/message.ts";
import { plain } from "../time/when.ts";
import type { Call } from "./command.ts";
import { going } from "./going.ts";
import { sendElsewhere } from "./where.ts";

// One's own calendar: what one goes to, as a link to subscribe to and as a file.

const mineWords = ["mine", "me", "my", "mio", "mia", "mi", "mis"];

/** Whether somebody means their own calendar, and no organization's. */
export function isMine(name: string): boolean {
  return mineWords.includes(plain(name));
}

/** A press: `calendar|mine`, and `calendar|new|<version>` to make the link that was shown worthless. */
export async function pressCalendar(
  call: Call,
  [wish, version]: readonly string[],
): Promise<Message> {
  const renews = wish === "new" ? Number(version ?? NaN) : undefined;
  return await ownCalendar(call, Number.isInteger(renews) ? renews : undefined);
}

/** The caller's link and file. Whoever has the link can read, so it is shown in private chats alone. */
export async function ownCalendar(call: Call, renews?: number): Promise<Message> {
  const { t, plaza, chat, now } = call;
  if (chat.kind !== "private") return sendElsewhere(call, going, "/calendar mine");
  const own = await plaza.action(api.feeds.link, renews === undefined ? {} : { renews });
  const events = await plaza.query(api.rsvps.calendar, { now });
  const feed = plaza.siteUrl && `${plaza.siteUrl}/calendars/mine/${own.token}.ics`;
  return {
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
      buttons: [[{ label: t("button.new-link"), press: `+calendar|new|${own.version}` }]],
    }),
    isPrivate: true,
  };
}

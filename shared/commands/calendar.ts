import { api } from "../../convex/_generated/api.js";
import { calendarFile } from "../calendar.ts";
import { cleanName } from "../messages/names.ts";
import type { Command } from "./command.ts";
import { isMine, ownCalendar } from "./ownCalendar.ts";
import { findOrganization, namesOf, organizations } from "./organizations.ts";

export const calendar: Command = {
  name: "calendar",
  describe: "command.calendar",
  for: "anyone",
  options: [{ name: "org", describe: "option.org" }],
  async run(call) {
    const { t, plaza, chat } = call;
    const name = call.args.named["org"] ?? call.args.words.join(" ");
    if (isMine(name)) return await ownCalendar(call);
    const all = await organizations(call);
    const org = name ? findOrganization(all, name) : all.find((one) => one._id === chat.orgId);
    if (name && !org)
      return { lines: [[t("org.unknown", { name: cleanName(name, 60), names: namesOf(all) })]] };
    const events = await plaza.live(api.events.queries.upcoming, org ? { orgId: org._id } : {});
    if (events.length === 0) return { lines: [[t("calendar.none")]] };
    const feed = plaza.siteUrl && `${plaza.siteUrl}/calendars/${org?.slug ?? "all"}.ics`;
    return {
      title: t("calendar.title"),
      lines: [[feed ? t("calendar.text", { feed }) : t("calendar.text.nofeed")]],
      file: {
        name: t("calendar.file"),
        mime: "text/calendar",
        content: calendarFile(org?.name ?? "Plaza", events, call.now),
      },
      buttons: [[{ label: t("button.my-calendar"), press: "+calendar|mine" }]],
    };
  },
};

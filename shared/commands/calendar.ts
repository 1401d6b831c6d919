import { api } from "../../convex/_generated/api.js";
import { calendarFile } from "../calendar.ts";
import { cleanName } from "../messages/names.ts";
import type { Command } from "./command.ts";
import { calendarAction, isMine, ownCalendar } from "./ownCalendar.ts";
import { findOrganization, namesOf, organizations } from "./organizations.ts";
import { reply } from "./reply.ts";

export const calendar: Command = {
  name: "calendar",
  describe: "command.calendar",
  for: "anyone",
  options: [{ name: "org", describe: "option.org" }],
  async run(ctx) {
    const { t, backend, chat } = ctx;
    const name = ctx.args.named["org"] ?? ctx.args.words.join(" ");
    if (isMine(name)) return await ownCalendar(ctx);
    const all = await organizations(ctx);
    const org = name ? findOrganization(all, name) : all.find((one) => one._id === chat.orgId);
    if (name && !org)
      return reply({
        lines: [[t("org.unknown", { name: cleanName(name, 60), names: namesOf(all) })]],
      });
    const events = await backend.live(api.events.queries.upcoming, org ? { orgId: org._id } : {});
    if (events.length === 0) return reply({ lines: [[t("calendar.none")]] });
    const feed = backend.siteUrl && `${backend.siteUrl}/calendars/${org?.slug ?? "all"}.ics`;
    return reply({
      title: t("calendar.title"),
      lines: [[feed ? t("calendar.text", { feed }) : t("calendar.text.nofeed")]],
      file: {
        name: t("calendar.file"),
        mime: "text/calendar",
        content: calendarFile(org?.name ?? "Plaza", events, ctx.now),
      },
      buttons: [[{ label: t("button.my-calendar"), action: "+calendar|mine" }]],
    });
  },
  actions: { calendar: calendarAction },
};

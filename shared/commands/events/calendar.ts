import { api } from "../../../convex/_generated/api.js";
import { calendarFile } from "../../calendar.ts";
import { organizations, resolveOrganization } from "../community/organizations.ts";
import { continueInPrivate, reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";
import { isTermOf } from "../../texts/synonyms.ts";
import { rsvp } from "./rsvp.ts";

export const calendar: Command = {
  name: "calendar",
  describe: "command.calendar",
  for: "anyone",
  options: [{ name: "org", describe: "option.org" }],
  async run(ctx) {
    const { t, backend, chat } = ctx;
    const name = ctx.args.named["org"] ?? ctx.args.words.join(" ");
    if (isMine(name)) return await ownCalendar(ctx);
    const resolved = name ? await resolveOrganization(ctx, name) : undefined;
    if (resolved && "ask" in resolved) return resolved.ask;
    const ofChat = async () => (await organizations(ctx)).find((one) => one._id === chat.orgId);
    const org = resolved ? resolved.found : await ofChat();
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

// The person's own calendar: events they RSVPed to, as a link to subscribe to and as a file.

/** Whether the person's own calendar was typed, and no organization's. */
function isMine(name: string): boolean {
  return isTermOf("mine", name);
}

/** Its actions: `calendar|mine`, and `calendar|new|<version>` to make the link that was shown worthless. */
async function calendarAction(
  ctx: CommandContext,
  [part, version]: readonly string[],
): Promise<Reply> {
  const renews = part === "new" ? Number(version ?? NaN) : undefined;
  return await ownCalendar(ctx, Number.isInteger(renews) ? renews : undefined);
}

/** The caller's link and file. Anybody with the link can read it, so it is shown in private only. */
async function ownCalendar(ctx: CommandContext, renews?: number): Promise<Reply> {
  const { t, backend, chat, now } = ctx;
  if (chat.kind !== "private") return continueInPrivate(ctx, rsvp, "/calendar mine");
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

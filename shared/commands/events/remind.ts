import { api } from "../../../convex/_generated/api.js";
import { leadTimeText, titleButton } from "../../messages/event.ts";
import type { Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { readLeads } from "../../time/lead.ts";
import { completeEvent, nextEvents, resolveNamedEvent, whichEvent } from "./findEvent.ts";
import { rsvpCard, type RsvpView } from "./rsvpCard.ts";
import { continueInPrivate, isPublicHere, reply } from "../reply.ts";
import type { Choice, Command, CommandContext, Reply } from "../command.ts";

// A person's own reminders.

const offeredLeads = [7 * 24 * 60, 24 * 60, 3 * 60, 60, 15] as const;
/** Where there is no room to choose: as late as is still of use, or else what is left. */
const usualLeads = [60, 15, 5] as const;
const maxButtons = 5;

export const remind: Command = {
  name: "remind",
  describe: "command.remind",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [
    { name: "event", describe: "option.event-name", completes: true },
    { name: "when", describe: "option.remind-when", completes: true, read: readLeads },
  ],
  async run(ctx) {
    const { when } = ctx.args.named;
    const option = when === undefined ? undefined : readLeads(when);
    // "hike 2 hours" is how long before and leaves "hike".
    const resolved = await resolveNamedEvent(ctx, readLeads, (id, said) =>
      actionOf(id, option === undefined ? said : option),
    );
    if ("ask" in resolved) return resolved.ask;
    const said = option === undefined ? resolved.said : option;
    if (resolved.found !== undefined) return await act(ctx, resolved.found, said);
    if (said === undefined) return await myReminders(ctx);
    const ask = ctx.t("remind.which", { example: ctx.t("remind.example") });
    const choice = whichEvent(await nextEvents(ctx), ask, (id) => actionOf(id, said));
    return reply(choice, { ephemeral: true });
  },
  complete: async (ctx, option, typed) =>
    option === "when" ? leadChoices(ctx) : await completeEvent(ctx, typed),
  actions: { reminder: reminderAction },
};

/** `reminder|<event>`, and how long before: of several lengths of time the card offers to choose. */
function actionOf(eventId: string, leads: readonly number[] | null | undefined): string {
  if (leads === null) return `reminder|${eventId}|all|off`;
  const [lead, ...others] = leads ?? [];
  return lead === undefined || others.length > 0
    ? `reminder|${eventId}`
    : `reminder|${eventId}|${lead}|on`;
}

function leadChoices({ t }: CommandContext): Choice[] {
  return offeredLeads.map((lead) => ({ name: leadTimeText(lead, t), value: `${lead}m` }));
}

/** Its actions: `reminder` lists, `reminder|<event>` offers, `reminder|<event>|60|on` sets, "off" takes away. */
async function reminderAction(
  ctx: CommandContext,
  [eventId, minutes, part]: readonly string[],
): Promise<Reply> {
  if (eventId === undefined) return await myReminders(ctx);
  if (part === "off" && minutes === "all") return await act(ctx, eventId, null);
  const lead = Number(minutes ?? NaN);
  if (Number.isNaN(lead)) return await act(ctx, eventId, undefined);
  if (part !== "off") return await act(ctx, eventId, [lead]);
  const view = await ctx.backend.mutation(api.reminders.unset, { eventId, minutesBefore: lead });
  return rsvpCard(ctx, view);
}

/** Sets reminders, in minutes before the event; null takes all of an event away; undefined asks. */
async function act(
  ctx: CommandContext,
  eventId: string,
  leads: readonly number[] | null | undefined,
): Promise<Reply> {
  const { backend, t, reader } = ctx;
  const { locale } = reader;
  if (leads === null) {
    const view = await backend.mutation(api.reminders.unset, { eventId });
    return rsvpCard(ctx, view, t("remind.removed"));
  }
  let last: RsvpView | undefined;
  for (const minutesBefore of leads ?? [])
    last = await backend.mutation(api.reminders.set, { eventId, minutesBefore, locale });
  if (last) return rsvpCard(ctx, last);
  const view = await backend.query(api.rsvps.show, { eventId });
  if (!view) return reply({ lines: [[t("event.gone")]] }, { ephemeral: true });
  if (!isPublicHere(ctx)) return rsvpCard(ctx, view);
  // An alert cannot ask: it is the usual reminder, and says so.
  const fits = (minutes: number) => view.event.startDate - minutes * 60_000 > ctx.now;
  const minutesBefore = usualLeads.find(fits) ?? usualLeads[0];
  await backend.mutation(api.reminders.set, { eventId, minutesBefore, locale });
  const title = cleanName(view.event.title, 50);
  const lead = leadTimeText(minutesBefore, t);
  // A stranger may have to write first: Telegram lets no bot begin.
  const isKnown = (ctx.person?.accessLevel ?? "stranger") !== "stranger";
  const text = isKnown
    ? `${title}: ${t("remind.on", { leads: lead })}`
    : t("remind.alert", { title, lead });
  return reply({ lines: [[text]] }, { ephemeral: true });
}

async function myReminders(ctx: CommandContext): Promise<Reply> {
  if (isPublicHere(ctx)) return continueInPrivate(ctx, remind);
  const { backend, t } = ctx;
  const mine = await backend.query(api.reminders.mine, {});
  if (mine.length === 0) {
    const text = t("remind.none", { example: t("remind.example") });
    const offered = whichEvent(await nextEvents(ctx), text, (id) => `reminder|${id}`);
    return reply(offered, { ephemeral: true });
  }
  const events = [...new Map(mine.map(({ event }) => [event._id, event])).values()];
  return reply(
    {
      title: t("remind.title"),
      items: mine.map(({ event, minutesBefore, dueAt }): Line => [
        { bold: cleanName(event.title, 120) },
        " · ",
        { time: dueAt, style: "full" },
        ` · ${leadTimeText(minutesBefore, t)}`,
      ]),
      more: (count) => t("events.more", { count }),
      buttons: events
        .slice(0, maxButtons)
        .map((event) => [titleButton(event, `+reminder|${event._id}`)]),
    },
    { ephemeral: true },
  );
}

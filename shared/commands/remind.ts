import { api } from "../../convex/_generated/api.js";
import { titleButton } from "../messages/eventButtons.ts";
import { leadText } from "../messages/lead.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { readLead } from "../time/lead.ts";
import type { Call, Choice, Command } from "./command.ts";
import { completeEvent, nextEvents, whichEvent } from "./findEvent.ts";
import { coming } from "./going.ts";
import { goingCard, isAlert } from "./goingCard.ts";
import { readEnd } from "./verbs.ts";
import { sendElsewhere } from "./where.ts";

// Reminders of one's own.

const offeredLeads = [7 * 24 * 60, 24 * 60, 3 * 60, 60, 15] as const;
/** Where there is no room to choose: as late as is still of use, or else what is left. */
const usualLeads = [60, 15, 5] as const;
const mostButtons = 5;

export const remind: Command = {
  name: "remind",
  describe: "command.remind",
  for: "anyone",
  isPrivate: true,
  where: "hidden",
  options: [
    { name: "event", aliases: ["evento"], describe: "option.event-name", completes: true },
    {
      name: "when",
      aliases: ["before", "antes", "cuando"],
      describe: "option.remind-when",
      completes: true,
    },
  ],
  async run(call) {
    const { args, t } = call;
    // "hike 2 hours" is how long before and leaves "hike".
    const { rest, found: lead } = readEnd(args.words, readLead);
    const said = args.named["when"];
    const asked = said === undefined ? lead : readLead(said);
    if (said !== undefined && asked === undefined) {
      const example = t("remind.example");
      const word = cleanName(said, 40);
      return { lines: [[t("remind.lead-unknown", { word, example })]], isPrivate: true };
    }
    const name = (args.named["event"] ?? rest.join(" ")).trim();
    if (!name) return await myReminders(call);
    const press = (id: string) =>
      asked === undefined
        ? `reminder|${id}`
        : `reminder|${id}|${asked ?? "all"}|${asked === null ? "off" : "on"}`;
    const found = await coming(call, name, press);
    if (!("_id" in found)) return { ...found, isPrivate: true };
    return await act(call, found._id, asked);
  },
  complete: async (call, option, typed) =>
    option === "when" ? leadChoices(call) : await completeEvent(call, typed),
};

function leadChoices({ t }: Call): Choice[] {
  return offeredLeads.map((lead) => ({ name: leadText(lead, t), value: `${lead}m` }));
}

/** A press: `reminder` lists, `reminder|<event>` offers, `reminder|<event>|60|on` sets, "off" takes away. */
export async function pressReminder(
  call: Call,
  [eventId, minutes, wish]: readonly string[],
): Promise<Message> {
  if (eventId === undefined) return await myReminders(call);
  if (wish === "off" && minutes === "all") return await act(call, eventId, null);
  const lead = Number(minutes ?? NaN);
  if (Number.isNaN(lead)) return await act(call, eventId, undefined);
  if (wish !== "off") return await act(call, eventId, lead);
  const view = await call.plaza.mutation(api.reminders.unset, { eventId, minutesBefore: lead });
  return goingCard(call, view);
}

/** Sets a reminder; null takes all of an event away; undefined asks. */
async function act(call: Call, eventId: string, lead: number | null | undefined): Promise<Message> {
  const { plaza, t, reader } = call;
  const { locale } = reader;
  if (lead === null) {
    const view = await plaza.mutation(api.reminders.unset, { eventId });
    return goingCard(call, view, t("remind.removed"));
  }
  if (lead !== undefined) {
    const set = { eventId, minutesBefore: lead, locale };
    return goingCard(call, await plaza.mutation(api.reminders.set, set));
  }
  const view = await plaza.query(api.rsvps.show, { eventId });
  if (!view) return { lines: [[t("event.gone")]], isPrivate: true };
  if (!isAlert(call)) return goingCard(call, view);
  // An alert cannot ask: it is the usual reminder, and says so.
  const fits = (minutes: number) => view.event.startDate - minutes * 60_000 > call.now;
  const minutesBefore = usualLeads.find(fits) ?? usualLeads[0];
  await plaza.mutation(api.reminders.set, { eventId, minutesBefore, locale });
  const title = cleanName(view.event.title, 50);
  const leads = leadText(minutesBefore, t);
  // A stranger may have to write first: Telegram lets no bot begin.
  const isKnown = (call.person?.standing ?? "stranger") !== "stranger";
  const text = isKnown
    ? `${title}: ${t("remind.on", { leads })}`
    : t("remind.alert", { title, lead: leads });
  return { lines: [[text]], isPrivate: true };
}

async function myReminders(call: Call): Promise<Message> {
  // Others would read along.
  if (isAlert(call)) return sendElsewhere(call, remind);
  const { plaza, t } = call;
  const mine = await plaza.query(api.reminders.mine, {});
  if (mine.length === 0) {
    const text = t("remind.none", { example: t("remind.example") });
    const offered = whichEvent(await nextEvents(call), text, (id) => `reminder|${id}`);
    return { ...offered, isPrivate: true };
  }
  const events = [...new Map(mine.map(({ event }) => [event._id, event])).values()];
  return {
    title: t("remind.title"),
    items: mine.map(({ event, minutesBefore, dueAt }): Line => [
      { bold: cleanName(event.title, 120) },
      " · ",
      { time: dueAt, style: "full" },
      ` · ${leadText(minutesBefore, t)}`,
    ]),
    more: (count) => t("events.more", { count }),
    buttons: events
      .slice(0, mostButtons)
      .map((event) => [titleButton(event, `+reminder|${event._id}`)]),
    isPrivate: true,
  };
}

import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";
import { answerButtons, rsvpCountsText, leadTimeText, locationText } from "../../messages/event.ts";
import type { Button, Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { isPublicHere, reply } from "../reply.ts";
import type { CommandContext, Reply } from "../command.ts";

// One card for one person and one event: whether they come, and when they are reminded. It is the
// confirmation of either, and holds the buttons of both.

export type RsvpView = FunctionReturnType<typeof api.rsvps.answer>;

const hour = 60;
const day = 24 * hour;
/** The reminders that are offered, in minutes before the start. */
const leads = [7 * day, day, hour] as const;

/** The person's RSVP as a sentence; empty where they have not answered. */
export function ownAnswerText(
  { t }: Pick<CommandContext, "t">,
  { mine, going, capacity }: RsvpView,
): string {
  if (!mine) return "";
  const { answer, guests, isWaiting, place } = mine;
  if (answer !== "going") return t(`going.${answer}`);
  if (!isWaiting) return t(guests > 0 ? "going.yes.guest" : "going.yes");
  if (place === undefined) return t("going.waiting.far");
  const isRoomForOne = guests > 0 && place === 1 && (capacity ?? Infinity) - going >= 1;
  const alone = isRoomForOne ? [t("going.waiting.alone", { button: t("button.going") })] : [];
  return [t("going.waiting", { guests, place }), ...alone].join(" ");
}

/** The card; `note` comes first and says why the outcome differs from the request. */
export function rsvpCard(ctx: CommandContext, view: RsvpView, note?: string): Reply {
  const { t } = ctx;
  const { event, mine } = view;
  const said = [note, ownAnswerText(ctx, view) || t("going.unsaid")].filter(Boolean).join(" ");
  const title = cleanName(event.title, 150);
  if (isPublicHere(ctx))
    return reply({ lines: [[`${cleanName(title, 60)}: ${said}`]] }, { ephemeral: true });
  const place = locationText(event, t);
  const counts = rsvpCountsText(view, t);
  return reply(
    {
      title,
      url: event.lumaUrl,
      lines: [
        [{ bold: said }],
        [{ time: event.startDate, style: "full" }, ...(place ? [` · ${place}`] : [])],
        ...(counts ? [[counts]] : []),
        ...remindLines(ctx, view),
      ],
      buttons: [
        answerButtons(event._id, t, "", markOf(mine)),
        remindRow(ctx, view),
        [
          { label: t("button.details"), action: `+event|${event._id}` },
          { label: t("button.my-events"), action: "+rsvp|mine" },
        ],
      ],
    },
    { ephemeral: true, editsMessage: true },
  );
}

function markOf(mine: RsvpView["mine"]): string {
  if (!mine) return "";
  if (mine.answer === "going") return mine.guests > 0 ? "plus" : "yes";
  return mine.answer === "maybe" ? "maybe" : "no";
}

function remindLines({ t }: CommandContext, { reminders, mine }: RsvpView): Line[] {
  if (reminders.length > 0)
    return [[t("remind.on", { leads: reminders.map((lead) => leadTimeText(lead, t)).join(", ") })]];
  return mine?.answer === "not" ? [] : [[t("remind.ask")]];
}

/** Reminders that are set or can still be set. A button names its outcome, so pressing twice is safe. */
function remindRow({ t, now }: CommandContext, { event, reminders }: RsvpView): Button[] {
  const offered = leads.filter((lead) => event.startDate - lead * 60_000 > now);
  const all = [...new Set([...reminders, ...offered])].sort((a, b) => b - a).slice(0, 5);
  return all.map((lead) => {
    const isSet = reminders.includes(lead);
    return {
      label: `${isSet ? "✓ " : ""}${leadTimeText(lead, t)}`,
      action: `reminder|${event._id}|${lead}|${isSet ? "off" : "on"}`,
    };
  });
}

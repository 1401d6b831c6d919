import { api } from "../../../convex/_generated/api.js";
import type { Doc } from "../../../convex/_generated/dataModel.js";
import {
  as,
  begin,
  eventNamed,
  leo,
  makeOrganization,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "./plaza.ts";

// An event that people go to, and what they say about it.

type Wish = { answer: "going" | "maybe" | "not"; guests?: 0 | 1 };
export const yes: Wish = { answer: "going" };
export const plusOne: Wish = { answer: "going", guests: 1 };
export const maybe: Wish = { answer: "maybe" };
export const no: Wish = { answer: "not" };

/** A Plaza with one coming event, "jam", at `start`; `seats` at most. */
export async function plazaWithJam(
  start = begin + 12 * 60 * 60_000,
  seats?: number,
  t = startPlaza(),
) {
  const orgId = await makeOrganization(t, { hasSynced: true });
  const more = seats === undefined ? {} : { maxCapacity: seats };
  await takeOver(t, orgId, [said("jam", start, { location: "Casa", ...more })]);
  const { _id: eventId } = await eventNamed(t, "jam");
  const plaza = {
    t,
    orgId,
    eventId,
    /** What somebody says, and what they are answered. */
    say: async (who: string, wish: Wish) =>
      await as(t, who).mutation(api.rsvps.answer, { eventId, ...wish }),
    /** The calendar says that it has moved. */
    move: async (to: number, also: { location?: string; maxCapacity?: number } = {}) =>
      await takeOver(t, orgId, [said("jam", to, { location: "Casa", ...more, ...also })]),
    limit: async (seats: number | null) => {
      const view = await as(t, leo).mutation(api.rsvps.setLimit, { eventId, seats });
      await settled(t);
      return view;
    },
    cancel: async () => {
      await takeOver(t, orgId, [said("jam", start, { cancelled: true })]);
    },
    remind: async (who: string, minutesBefore: number) =>
      await as(t, who).mutation(api.reminders.set, { eventId, minutesBefore }),
  };
  return plaza;
}

/** The one who said it, by the chat in which they said it. */
export async function answersIn(t: Plaza): Promise<Record<string, string>> {
  const found = (await rows(t, "rsvps")).map((row) => [row.account, wordFor(row)]);
  return Object.fromEntries(found) as Record<string, string>;
}

function wordFor({ answer, guests, isWaiting }: Doc<"rsvps">): string {
  const bare = answer === "going" ? (isWaiting ? "waits" : "goes") : answer;
  return guests > 0 ? `${bare} +1` : bare;
}

/** The counts of the only event. */
export async function countsIn(t: Plaza) {
  const [{ going, maybe, waiting } = { going: 0, maybe: 0, waiting: 0 }] = await rows(
    t,
    "attendances",
  );
  return { going, maybe, waiting };
}

/** The same, counted from the rows. */
export async function countedIn(t: Plaza) {
  const all = await rows(t, "rsvps");
  const goers = all.filter(({ answer, isWaiting }) => answer === "going" && !isWaiting);
  return {
    going: goers.reduce((sum, { guests }) => sum + 1 + guests, 0),
    maybe: all.filter(({ answer }) => answer === "maybe").length,
    waiting: all.filter(({ answer, isWaiting }) => answer === "going" && isWaiting).length,
  };
}

/** Whom notices of a kind are owed, as "telegram:1 pending". */
export async function toldOf(t: Plaza, kind: string): Promise<string[]> {
  return (await rows(t, "deliveries"))
    .filter(({ task }) => task.kind === "notice" && task.notice.kind === kind)
    .map(({ destination }) => destination);
}

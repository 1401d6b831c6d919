import type { Doc } from "../../_generated/dataModel.js";

const assumedLength = 3 * 60 * 60 * 1000;

/** When an event counts as past: its end, or three hours after its start when no end is known. */
export function endsBy(event: { startDate: number; endDate?: number | undefined }): number {
  return event.endDate ?? event.startDate + assumedLength;
}

/** The status of an event that is not cancelled. `now` in Unix milliseconds. */
export function statusAt(
  event: { startDate: number; endDate?: number | undefined },
  now: number,
): Exclude<Doc<"events">["status"], "cancelled"> {
  if (endsBy(event) <= now) return "past";
  return event.startDate <= now ? "live" : "upcoming";
}

/** Whether lists show an event. */
export function isOpen(event: { isPublished: boolean; status: Doc<"events">["status"] }): boolean {
  return event.isPublished && (event.status === "upcoming" || event.status === "live");
}

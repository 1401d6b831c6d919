import type { CalendarEvent } from "../sandbox.ts";

/** What a `datetime-local` field takes, in the browser's zone. */
export function localInput(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** An address for a new event: its title, and something that tells it from an older one. */
export function slugOf(title: string, now: number): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `${words || "event"}-${now.toString(36).slice(-5)}`;
}

type Filled = { slug: string; title: string; start: string; end: string; place: string };

/** The form's texts as the calendar takes them. An end before the start is left out. */
export function tidyEvent({ slug, title, start, end, place }: Filled): CalendarEvent {
  const name = place.trim();
  return {
    slug,
    title: title.trim(),
    start: new Date(start).toISOString(),
    ...(end > start && { end: new Date(end).toISOString() }),
    ...(name === "" ? { online: true } : { location: { name }, online: false }),
  };
}

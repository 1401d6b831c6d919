import { formatDay, type TimeStyle, yearOf } from "../time/format.ts";
import { wallClock } from "../time/zones.ts";
import type { Texts } from "../texts/index.ts";
import type { Inline, Reader } from "./message.ts";

type Timed = {
  startDate: number;
  endDate?: number | undefined;
  isAllDay?: boolean | undefined;
  timezone?: string | undefined;
};

const hourMs = 60 * 60 * 1000;
/** An end after more than this is given with its day. */
const longMs = 18 * hourMs;

/**
 * When an event is: its start, its end, and the year where it is not that of `now` (Unix
 * milliseconds; without it the year is left out). Days without a time are those of the event's zone.
 */
export function whenInlines(event: Timed, { reader, t, now }: WhenContext): Inline[] {
  const { startDate, endDate } = event;
  const zone = event.timezone ?? reader.timezone;
  const isDated = (at: number, inZone: string) =>
    now !== undefined && yearOf(at, inZone) !== yearOf(now, inZone);
  if (event.isAllDay) {
    const day = (at: number) => formatDay(at, zone, reader.locale, isDated(at, zone));
    const [first, last] = [day(startDate), day(Math.max(startDate, (endDate ?? startDate) - 1))];
    return [`${first === last ? first : `${first} – ${last}`} · ${t("when.all-day")}`];
  }
  const styleOf = (at: number): TimeStyle => (isDated(at, reader.timezone) ? "dated" : "full");
  const start: Inline = { time: startDate, style: styleOf(startDate) };
  if (endDate === undefined || endDate <= startDate) return [start];
  const style = endDate - startDate < longMs ? "hour" : styleOf(endDate);
  return [start, " – ", { time: endDate, style }];
}

export type WhenContext = { reader: Reader; t: Texts; now?: number | undefined };

/**
 * How a reminder begins: "in an hour" where it is an hour, "tomorrow at this hour" where the clocks of
 * the event's zone say so. A reminder that is late only says that the event is coming up. `now`: when
 * it is sent (Unix milliseconds).
 */
export function reminderLead(
  { startDate, timezone }: { startDate: number; timezone: string },
  minutesBefore: number,
  now: number | undefined,
): string {
  if (now === undefined) return String(minutesBefore);
  const minutesLate = minutesBefore - (startDate - now) / 60_000;
  if (minutesBefore !== 24 * 60)
    return Math.abs(minutesLate) <= Math.max(2, minutesBefore / 30)
      ? String(minutesBefore)
      : "other";
  const [here, there] = [wallClock(now, timezone), wallClock(startDate, timezone)];
  const next = wallClock(now + 24 * hourMs, timezone);
  const isTomorrow = next.day === there.day && here.day !== there.day;
  const minutesApart = Math.abs((there.hour - here.hour) * 60 + there.minute - here.minute);
  if (!isTomorrow) return "other";
  return minutesApart <= 5 ? "1440" : "tomorrow";
}

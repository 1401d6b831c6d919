/** The zone's name when the runtime knows it. Offsets such as "+05:00" are no IANA names. */
export function readZone(name: string | undefined): string | undefined {
  const zone = name?.trim();
  if (zone === undefined || !/^[A-Za-z][A-Za-z0-9_+\-/]{1,60}$/.test(zone)) return undefined;
  try {
    return Intl.DateTimeFormat("en-US", { timeZone: zone }) && zone;
  } catch {
    return undefined;
  }
}

/**
 * The instant (Unix ms) of a wall clock in a zone; `wall` is that clock read as if it were UTC.
 * A time that a spring change skips is read with the offset before it, and of a doubled one the
 * first is taken, both as RFC 5545 (3.3.5) wants it.
 */
export function instantInZone(wall: number, zone: string): number {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const day = 86_400_000;
  const before = wall - offsetAt(clock, wall - day);
  const after = wall - offsetAt(clock, wall + day);
  const fits = (instant: number) => instant + offsetAt(clock, instant) === wall;
  return !fits(before) && fits(after) ? after : before;
}

function offsetAt(clock: Intl.DateTimeFormat, instant: number): number {
  const whole = Math.floor(instant / 1000) * 1000;
  const parts = new Map(clock.formatToParts(whole).map((p) => [p.type, Number(p.value)]));
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
  );
  return wall - whole;
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90s", "20m", "2h", "1d" in milliseconds. */
export function readDuration(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text.trim());
  if (!match) throw new Error("a duration looks like 90s, 20m, 2h or 1d");
  return Number(match[1]) * units[match[2] as keyof typeof units];
}

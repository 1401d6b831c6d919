/** "2026-09-13T09:00:00.000-07:00": local time and offset, as Luma's pages write it. */
export function isoInZone(instant: number, zone: string | undefined): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone ?? "UTC",
    timeZoneName: "longOffset",
  }).formatToParts(instant);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const offset = name === "GMT" ? "+00:00" : name.slice(3);
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  const shifted = instant + (offset.startsWith("-") ? -minutes : minutes) * 60_000;
  return new Date(shifted).toISOString().replace("Z", offset);
}

/** "20260913T160000Z". */
export function icsTime(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll("-", "").replaceAll(":", "")}Z`;
}

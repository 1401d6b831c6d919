import { el } from "./dom.ts";

/** What this browser chose last time. A browser that keeps nothing starts anew each time. */
export function recall(what: string): string | undefined {
  try {
    return localStorage.getItem(`plaza ${what}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(what: string, value: string): void {
  try {
    localStorage.setItem(`plaza ${what}`, value);
  } catch {
    // Choosing again is all that is lost.
  }
}

/** Chooses whose clock the times are shown by; the browser's own unless chosen. */
export function zoneChooser(select: HTMLElement, onChange: () => void) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  select.replaceChildren(
    el("option", { value: "" }, `Here: ${own.split("/").at(-1)?.replaceAll("_", " ")}`),
    ...zones.map((zone) => el("option", { value: zone }, zone.replaceAll("_", " "))),
  );
  const chooser = select as HTMLSelectElement;
  const before = recall("zone");
  if (before !== undefined && zones.includes(before)) chooser.value = before;
  chooser.addEventListener("change", () => {
    remember("zone", chooser.value);
    onChange();
  });
  return () => (chooser.value === "" ? undefined : chooser.value);
}

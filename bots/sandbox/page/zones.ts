import { el } from "./dom.ts";
import { recall, remember } from "./remember.ts";

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

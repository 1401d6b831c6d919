import type { Texts } from "../texts/index.ts";

const hour = 60;
const day = 24 * hour;

/** How long before something: "a day before", "2 hours before", "1 hour 30 minutes before". */
export function leadText(minutes: number, t: Texts): string {
  if (minutes === 7 * day) return t("lead.before.week");
  const parts = [
    [Math.floor(minutes / day), "lead.days"],
    [Math.floor((minutes % day) / hour), "lead.hours"],
    [minutes % hour, "lead.minutes"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, key]) => t(key, { count }));
  return t("lead.before", { lead: said.join(" ") });
}

import type { Texts } from "../texts/index.ts";

type Counts = { going: number; maybe: number; waiting: number; capacity?: number | undefined };

/** How many come: "12 of 20 seats taken, 3 maybe, 2 wait"; empty where there is nothing to say. */
export function countsText({ going, maybe, waiting, capacity }: Counts, t: Texts): string {
  if (going + maybe + waiting === 0 && capacity === undefined) return "";
  const taken =
    capacity === undefined
      ? t("going.counts", { going })
      : t("going.counts.limit", { going, capacity });
  return [
    taken,
    ...(maybe > 0 ? [t("going.counts.maybe", { count: maybe })] : []),
    ...(waiting > 0 ? [t("going.counts.waiting", { count: waiting })] : []),
  ].join(", ");
}

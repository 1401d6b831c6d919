import { el } from "../dom.ts";
import type { ControlPanel } from "../sandbox.ts";
import type { Part } from "./drawer.ts";
import { onChange, section } from "./section.ts";

type Count = number | string;

/** Names beside numbers. */
export function counts(
  title: string,
  none: string,
  read: (state: ControlPanel) => Record<string, Count>,
): Part {
  const list = el("dl", { class: "counts" });
  const draw = onChange<[string, Count][]>((entries) => {
    list.replaceChildren(
      ...(entries.length === 0 ? [el("dt", {}, none)] : []),
      ...entries.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, words(value))]),
    );
  });
  return {
    element: section(title, title === "Deliveries", list),
    show: (state) => draw(Object.entries(read(state) ?? {})),
  };
}

function words(value: Count): string {
  return typeof value === "number" ? value.toLocaleString("en") : value;
}

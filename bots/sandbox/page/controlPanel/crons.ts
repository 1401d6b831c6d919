import { el } from "../dom.ts";
import { brief, type Reader } from "../text/times.ts";
import type { ControlPanel } from "../sandbox.ts";
import type { Doing, Part } from "./drawer.ts";
import { button, onChange, section } from "./section.ts";

/** What Convex does by itself, when next, and a way not to wait for it. */
export function crons(doing: Doing): Part {
  const list = el("ul", { class: "rows" });
  const draw = onChange<{ name: string; next: string }[]>((lines) => {
    list.replaceChildren(
      ...lines.map(({ name, next }) =>
        el(
          "li",
          {},
          el("span", { class: "row-words" }, el("strong", {}, name), el("span", {}, next)),
          button("Run now", () => doing({ do: "run", cron: name }, `${name} has run.`)),
        ),
      ),
    );
  });
  return {
    element: section("Crons", false, list),
    show: ({ crons }, reader) =>
      draw(crons.map((cron) => ({ name: cron.name, next: nextOf(cron, reader) }))),
  };
}

function nextOf({ next, nextDue = next }: ControlPanel["crons"][number], reader: Reader): string {
  return nextDue === undefined ? "" : `next: ${brief(nextDue, reader)}`;
}

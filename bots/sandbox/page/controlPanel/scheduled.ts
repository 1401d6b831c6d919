import { el } from "../dom.ts";
import type { ControlPanel } from "../sandbox.ts";
import { brief, type Reader } from "../text/times.ts";
import type { Part } from "./drawer.ts";
import { onChange, section } from "./section.ts";

/** The Discord server's own events, as the tab "Events" shows them there. */
export function scheduled(): Part {
  const list = el("ul", { class: "rows" });
  const draw = onChange<[ControlPanel["scheduled"], Reader]>(([events, reader]) => {
    list.replaceChildren(
      ...(events.length === 0 ? [el("li", { class: "none" }, "The server has no events")] : []),
      ...events.map(({ name, start, location }) =>
        el(
          "li",
          {},
          el(
            "span",
            { class: "row-words" },
            el("strong", {}, name),
            el("span", {}, `${brief(Date.parse(start), reader)} · ${location}`),
          ),
        ),
      ),
    );
  });
  return {
    element: section("Discord events", false, list),
    show: (state, { language, zone }) =>
      draw([state.scheduled, { language, ...(zone !== undefined && { zone }), now: 0 }]),
  };
}

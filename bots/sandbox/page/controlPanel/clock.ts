import { el } from "../dom.ts";
import { brief, type Reader, timestamp } from "../text/draw.ts";
import { button, type Doing, onChange, type Part, section } from "./section.ts";
import type { ControlPanel } from "../sandbox.ts";

const steps = { "1h": "+1 hour", "6h": "+6 hours", "1d": "+1 day", "7d": "+1 week" };

/** Moves the sandbox's time on, and ends the bots' processes to see them come back. */
export function botsAndClock(doing: Doing): Part {
  const time = el("strong", {});
  const away = el("span", {});
  const state = el("strong", {});
  const element = section(
    "Clock and bots",
    true,
    el("div", { class: "row-words" }, time, away),
    el(
      "div",
      { class: "keys-line" },
      ...Object.entries(steps).map(([advance, words]) =>
        button(words, () => doing({ do: "clock", advance }, `The clock moved: ${words}.`)),
      ),
    ),
    el(
      "div",
      { class: "keys-line between" },
      state,
      button("Kill the bots", () => doing({ do: "kill", what: "bots" }, "Killed."), "danger"),
    ),
  );
  return {
    element,
    show: ({ clock, bots }, reader) => {
      time.textContent = timestamp(clock.now, "F", reader);
      const hours = Math.round(clock.offset / 360_000) / 10;
      away.textContent = hours === 0 ? "as on every clock" : `${hours} hours ahead`;
      state.textContent = bots.running ? "The bots are running" : "The bots are down";
      state.className = bots.running ? "is-up" : "is-down";
    },
  };
}

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

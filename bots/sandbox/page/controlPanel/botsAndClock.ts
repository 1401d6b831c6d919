import { el } from "../dom.ts";
import { timestamp } from "../text/times.ts";
import type { Doing, Part } from "./drawer.ts";
import { button, section } from "./section.ts";

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

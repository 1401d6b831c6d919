import { el } from "../dom.ts";
import type { CalendarEvent } from "../sandbox.ts";
import { brief, type Reader } from "../text/times.ts";
import type { Doing, Part } from "./drawer.ts";
import { eventForm } from "./eventForm.ts";
import { button, onChange, section } from "./section.ts";

/** The Luma calendar the bot reads. What is changed here is news to it at its next look. */
export function calendar(doing: Doing, now: () => number): Part {
  const list = el("ul", { class: "rows" });
  const form = eventForm(doing, now);
  let cron = "sync-luma-events";
  const look = button("Let Plaza look now", () =>
    doing({ do: "run", cron }, "Plaza has looked at the calendar."),
  );

  const draw = onChange<[CalendarEvent[], Reader]>(([events, reader]) => {
    list.replaceChildren(
      ...(events.length === 0 ? [el("li", { class: "none" }, "The calendar is empty")] : []),
      ...events.map((event) =>
        el(
          "li",
          { class: event.cancelled ? "cancelled" : "" },
          el(
            "span",
            { class: "row-words" },
            el("strong", {}, event.title),
            el("span", {}, whenAndWhere(event, reader)),
          ),
          labelled(
            button("Change", () => form.load(event)),
            `Change ${event.title}`,
          ),
          labelled(
            button("Remove", () =>
              doing({ do: "calendar", remove: event.slug }, `${event.title} is removed.`),
            ),
            `Remove ${event.title}`,
          ),
        ),
      ),
    );
  });

  return {
    element: section("Luma calendar", true, list, look, form.element),
    show: (state, { language, zone }) => {
      cron = state.crons.find(({ name }) => /luma|sync/.test(name))?.name ?? cron;
      draw([state.calendar, { language, ...(zone !== undefined && { zone }), now: 0 }]);
    },
  };
}

function labelled(element: HTMLButtonElement, words: string): HTMLButtonElement {
  element.setAttribute("aria-label", words);
  return element;
}

function whenAndWhere({ start, location, online, cancelled }: CalendarEvent, reader: Reader) {
  const place = location?.name ?? (online ? "Online" : undefined);
  const when = brief(Date.parse(start), reader);
  return [cancelled && "Cancelled", when, place].filter(Boolean).join(" · ");
}

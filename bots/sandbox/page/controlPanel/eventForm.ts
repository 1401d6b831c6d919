import { el } from "../dom.ts";
import type { CalendarEvent } from "../sandbox.ts";
import type { Doing } from "./drawer.ts";
import { localInput, slugOf, tidyEvent } from "./eventValues.ts";
import { button } from "./section.ts";

const hourMs = 3_600_000;

/** Adds an event to the calendar, or changes the one that was loaded. */
export function eventForm(doing: Doing, now: () => number) {
  const title = el("input", { type: "text", required: true, maxlength: 140 });
  const start = el("input", { type: "datetime-local", required: true });
  const end = el("input", { type: "datetime-local" });
  const place = el("input", { type: "text", maxlength: 140, placeholder: "Empty: online" });
  let loaded: CalendarEvent | undefined;

  const save = async (event: Event) => {
    event.preventDefault();
    const put = tidyEvent({
      slug: loaded?.slug ?? slugOf(title.value, now()),
      title: title.value,
      start: start.value,
      end: end.value,
      place: place.value,
    });
    const done = loaded ? `${put.title} is changed.` : `${put.title} is in the calendar.`;
    if (await doing({ do: "calendar", put }, done)) clear();
  };

  const legend = el("h4", {}, "Add an event");
  const submit = el("button", { class: "button small primary" }, "Add");
  const cancel = button("Cancel", () => clear());
  const element = el(
    "form",
    { class: "event-form", onsubmit: save },
    legend,
    field("Title", title, "wide"),
    field("Starts, by your browser’s clock", start, "wide"),
    field("Ends", end, "wide"),
    field("Place", place, "wide"),
    el("div", { class: "wide keys-line" }, submit, cancel),
  );

  function clear(): void {
    loaded = undefined;
    title.value = "";
    place.value = "";
    const soon = new Date(now() + 72 * hourMs).setHours(18, 0, 0, 0);
    start.value = localInput(soon);
    end.value = localInput(soon + 2 * hourMs);
    dress();
  }

  function load(event: CalendarEvent): void {
    loaded = event;
    title.value = event.title;
    start.value = localInput(Date.parse(event.start));
    end.value = event.end === undefined ? "" : localInput(Date.parse(event.end));
    place.value = event.location?.name ?? "";
    dress();
    start.focus();
  }

  function dress(): void {
    legend.textContent = loaded ? `Change “${loaded.title}”` : "Add an event";
    submit.textContent = loaded ? "Save" : "Add";
    cancel.hidden = !loaded;
  }

  clear();
  return { element, load };
}

function field(label: string, control: HTMLElement, kind = ""): HTMLElement {
  return el("label", { class: `field ${kind}`.trim() }, el("span", {}, label), control);
}

import { el } from "../dom.ts";
import type { CalendarEvent } from "../sandbox.ts";
import { brief, type Reader } from "../text/draw.ts";
import { button, type Doing, onChange, type Part, section } from "./section.ts";

/** The Luma calendar the bot reads. The bot learns of changes at its next sync. */
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

const hourMs = 3_600_000;

/** Adds an event to the calendar, or changes the one that was loaded. */
function eventForm(doing: Doing, now: () => number) {
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

/** What a `datetime-local` field takes, in the browser's zone. */
export function localInput(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** An address for a new event: its title, and something that tells it from an older one. */
export function slugOf(title: string, now: number): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `${words || "event"}-${now.toString(36).slice(-5)}`;
}

type Filled = { slug: string; title: string; start: string; end: string; place: string };

/** The form's texts as the calendar takes them. An end before the start is left out. */
export function tidyEvent({ slug, title, start, end, place }: Filled): CalendarEvent {
  const name = place.trim();
  return {
    slug,
    title: title.trim(),
    start: new Date(start).toISOString(),
    ...(end > start && { end: new Date(end).toISOString() }),
    ...(name === "" ? { online: true } : { location: { name }, online: false }),
  };
}

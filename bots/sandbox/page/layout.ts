import type { chips } from "./picker.ts";
import { el, icon } from "./dom.ts";
import type { Look, Scene } from "./look.ts";
import { peopleChooser, placesNav } from "./people.ts";
import type { PersonAction, Sandbox, Seat } from "./sandbox.ts";
import type { TranscriptMessage } from "../contract.ts";
import { day, dayNumber, type Reader } from "./text/draw.ts";

type Given = {
  composer: HTMLElement;
  chips: ReturnType<typeof chips>;
  sit: (part: Partial<Seat>) => void;
  perform: (action: PersonAction) => void;
};

/** Builds a platform's part of the page once; `dress` keeps it true. */
export function layOut(root: HTMLElement, look: Look, given: Given) {
  const people = peopleChooser(look, (as) => given.sit({ as }));
  const places = placesNav(look, (place) => given.sit({ in: place }));
  const picture = el("span", { class: "head-picture" });
  const title = el("h3", { class: "head-title" });
  const below = el("span", { class: "head-below" });
  const list = el("ol", { class: "log" });
  const empty = el(
    "div",
    { class: "empty", hidden: true },
    el("strong", {}, "Nothing said yet"),
    el("span", {}, "Say ", el("code", {}, "/events")),
  );
  const scroller = el(
    "div",
    { class: "scroller", role: "log", tabindex: 0, "aria-label": `${look.name}: messages` },
    empty,
    list,
  );
  const toast = el("div", { class: "toast", role: "status" });
  const typing = el("div", { class: "typing" }, dots(), el("span", {}, `${look.typing}…`));

  root.append(
    el("header", { class: "caption" }, el("h2", {}, look.name), people.element),
    el(
      "div",
      { class: "device" },
      places.element,
      el(
        "div",
        { class: "chat" },
        el(
          "header",
          { class: "head" },
          picture,
          el("div", { class: "head-words" }, title, below),
          membership(given.perform),
        ),
        el("div", { class: "room" }, scroller, toast),
        given.chips.row,
        given.composer,
        typing,
      ),
    ),
  );

  type State = { isTyping: boolean; isEmpty: boolean };
  let placeShown = "";
  function dress(scene: Scene, sandbox: Sandbox, { isTyping, isEmpty }: State): void {
    people.show(sandbox.people, scene.seat.as);
    places.show(sandbox.places[look.platform], scene.seat.in);
    given.chips.update();
    const head = look.head(scene);
    if (placeShown !== scene.place.key) picture.replaceChildren(head.picture);
    placeShown = scene.place.key;
    title.textContent = head.title;
    below.textContent = head.below;
    empty.hidden = !isEmpty;
    root.classList.toggle("is-typing", isTyping);
    root.classList.toggle("is-channel", scene.place.kind === "channel");
  }

  return { scroller, list, toast, dress };
}

/** A day between messages. */
export function dayLine(label: string): HTMLElement {
  return el("li", { class: "day" }, el("span", {}, label));
}

/** The bot comes and goes; people ask to join. */
function membership(perform: (action: PersonAction) => void): HTMLElement {
  const choice = (words: string, action: PersonAction) => {
    const onclick = () => {
      menu.open = false;
      perform(action);
    };
    return el("button", { type: "button", onclick }, words);
  };
  const menu = el(
    "details",
    { class: "more" },
    el("summary", { "aria-label": "Membership" }, icon("more")),
    el(
      "div",
      { class: "more-list" },
      choice("Add the bot here", { do: "addBot" }),
      choice("Remove the bot", { do: "removeBot" }),
      choice("Ask to join", { do: "join" }),
    ),
  );
  menu.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menu.open = false;
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget as Node | null)) menu.open = false;
  });
  return menu;
}

const dots = () => el("span", { class: "dots" }, el("i"), el("i"), el("i"));

/** One line of a conversation as it is shown. */
export type Item =
  | { kind: "day"; key: string; label: string }
  | { kind: "message"; key: string; message: TranscriptMessage; opens: boolean; closes: boolean };

const togetherMs = 7 * 60_000;

/** Puts days between messages, and messages that one person sent in a row into groups. */
export function arrange(messages: TranscriptMessage[], reader: Reader): Item[] {
  const there = messages.filter((message) => !message.deleted);
  return there.flatMap((message, index): Item[] => {
    const before = there[index - 1];
    const after = there[index + 1];
    const opens = !before || !belong(before, message, reader);
    const closes = !after || !belong(message, after, reader);
    const item: Item = { kind: "message", key: message.id, message, opens, closes };
    if (before && isSameDay(before, message, reader)) return [item];
    const label = day(message.at, reader);
    return [{ kind: "day", key: `day ${dayNumber(message.at, reader.zone)}`, label }, item];
  });
}

function belong(one: TranscriptMessage, next: TranscriptMessage, reader: Reader): boolean {
  return (
    one.from === next.from &&
    (one.ephemeral ?? false) === (next.ephemeral ?? false) &&
    next.at - one.at < togetherMs &&
    isSameDay(one, next, reader)
  );
}

function isSameDay(one: TranscriptMessage, next: TranscriptMessage, { zone }: Reader): boolean {
  return dayNumber(one.at, zone) === dayNumber(next.at, zone);
}

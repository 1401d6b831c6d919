import type { ActAnswer, Place } from "../contract.ts";
import { arrange, dayLine, type Item, layOut } from "./layout.ts";
import { chips } from "./picker.ts";
import { commandsUsed } from "./composer.ts";
import { showModal } from "./discord/composer.ts";
import type { Look, Scene } from "./look.ts";
import { recall, remember } from "./preferences.ts";
import { act, readTranscript, readTyping, soon } from "./server.ts";
import type { PersonAction, Sandbox, Seat } from "./sandbox.ts";
import { openToast } from "./dom.ts";

export type Surroundings = {
  getSandbox: () => Sandbox;
  /** The sandbox's time, which its control panel can move. */
  now: () => number;
  zone: () => string | undefined;
};

/** One platform on the page: who is talking, where, and everything they see. */
export function openPane(root: HTMLElement, look: Look, around: Surroundings) {
  const { platform } = look;
  const { getSandbox } = around;
  const seat: Seat = firstSeat(getSandbox(), look);
  const used = commandsUsed();

  const perform = async (action: PersonAction): Promise<ActAnswer> => {
    const from = { ...seat };
    // After sending, the end of the conversation is shown, wherever it was scrolled to.
    if (action.do === "say" || action.do === "command") log.toEnd();
    const stopUsing =
      action.do === "command" ? used.begin(wordsOf(action), around.now()) : undefined;
    const answer = await act(platform, from, action);
    stopUsing?.();
    refresh();
    if (from.as === seat.as && from.in === seat.in) show(answer, action);
    return answer;
  };

  const show = (answer: ActAnswer, action: PersonAction) => {
    if (!answer.ok) return action.do === "submit" ? undefined : toast.show(answer.error);
    if (answer.toast) toast.show(answer.toast);
    else if (answer.silent && expectsAnswer(action)) toast.show("Plaza has not answered yet.");
    if (answer.modal) showModal(answer.modal, scene());
  };

  const scene = (): Scene => {
    const { people } = getSandbox();
    const zone = around.zone();
    return {
      seat: { ...seat },
      place: placeOf(getSandbox(), look, seat.in),
      language: people.find(({ key }) => key === seat.as)?.language ?? "en",
      ...(zone !== undefined && { zone }),
      now: around.now(),
      nameOf: (key) =>
        key === "plaza" ? "Plaza" : (people.find((one) => one.key === key)?.name ?? key),
      act: perform,
      commandOf: used.commandOf,
    };
  };

  const composer = look.composer(getSandbox, scene());
  const parts = layOut(root, look, {
    composer: composer.element,
    chips: chips(getSandbox, look, composer.begin),
    sit: (part) => {
      Object.assign(seat, part);
      remember(`${platform} as`, seat.as);
      remember(`${platform} in`, seat.in);
      log.clear();
      composer.reset(scene());
      refresh();
    },
    perform: (action) => void perform(action),
  });
  const toast = openToast(parts.toast);
  const log = openLog(parts.scroller, parts.list);

  const refresh = soon(async () => {
    const now = scene();
    const [messages, isTyping] = await Promise.all([
      readTranscript(platform, now.seat),
      readTyping(platform, now.seat),
    ]);
    // Another person or place was chosen while the answer was on its way.
    if (now.seat.as !== seat.as || now.seat.in !== seat.in) return refresh();
    used.see(messages);
    parts.dress(now, getSandbox(), { isTyping, isEmpty: messages.length === 0 });
    const { seat: who, language, zone } = now;
    log.show(
      arrange(messages, now),
      (item) => JSON.stringify([item, who, language, zone, used.commandOf(item.key)]),
      (item) => (item.kind === "day" ? dayLine(item.label) : look.message(item, now)),
    );
    // No event tells that typing has ended.
    if (isTyping) setTimeout(refresh, 1000);
  });
  parts.dress(scene(), getSandbox(), { isTyping: false, isEmpty: true });
  return { refresh, toEnd: log.toEnd };
}

function firstSeat(sandbox: Sandbox, look: Look): Seat {
  const as = recall(`${look.platform} as`);
  const place = recall(`${look.platform} in`);
  return {
    as: sandbox.people.find(({ key }) => key === as)?.key ?? sandbox.people[0]?.key ?? "ana",
    in: sandbox.places[look.platform].find(({ key }) => key === place)?.key ?? "dm",
  };
}

function placeOf(sandbox: Sandbox, look: Look, key: string): Place {
  const place = sandbox.places[look.platform].find((one) => one.key === key);
  return place ?? { key, title: key, kind: "dm" };
}

function expectsAnswer(action: PersonAction): boolean {
  if (action.do === "autocomplete") return false;
  return action.do !== "say" || action.text.startsWith("/");
}

function wordsOf({ name, options = {} }: Extract<PersonAction, { do: "command" }>): string {
  return [`/${name}`, ...Object.values(options).map(String)].join(" ");
}

/** What a line depends on beside itself: where it changes, the line is drawn anew. */
type Drawer = (item: Item) => HTMLElement;

/** A conversation on the page: only lines that changed are drawn again, and it follows its end. */
function openLog(scroller: HTMLElement, list: HTMLElement) {
  const shown = new Map<string, { print: string; element: HTMLElement }>();

  function show(items: Item[], printOf: (item: Item) => string, draw: Drawer): void {
    const follows = shown.size === 0 || isAtEnd();
    const isFirst = shown.size === 0;
    let next = list.firstElementChild;
    for (const item of items) {
      const print = printOf(item);
      const known = shown.get(item.key);
      let element = known?.element;
      if (!known || !element || known.print !== print) {
        element = draw(item);
        if (known) {
          if (known.element === next) next = element;
          exchange(known.element, element);
        } else if (!isFirst) element.classList.add("arrives");
        shown.set(item.key, { print, element });
      }
      if (element === next) next = element.nextElementSibling;
      else list.insertBefore(element, next);
    }
    const keys = new Set(items.map((item) => item.key));
    for (const [key, { element }] of shown) {
      if (keys.has(key)) continue;
      element.remove();
      shown.delete(key);
    }
    if (follows) toEnd();
  }

  const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const toEnd = () => scroller.scrollTo({ top: scroller.scrollHeight });

  // A narrower room makes a longer conversation: a conversation scrolled to its end stays there.
  let wasAtEnd = true;
  scroller.addEventListener("scroll", () => (wasAtEnd = isAtEnd()), { passive: true });
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(scroller);

  function clear(): void {
    shown.clear();
    list.replaceChildren();
  }

  return { show, clear, toEnd };
}

/** A changed message takes the place of the old one, and the keyboard stays where it was. */
function exchange(old: HTMLElement, fresh: HTMLElement): void {
  const index = buttonsOf(old).indexOf(document.activeElement as HTMLElement);
  old.replaceWith(fresh);
  if (index >= 0) (buttonsOf(fresh)[index] ?? buttonsOf(fresh).at(-1))?.focus();
}

function buttonsOf(element: HTMLElement): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>("button, select, a")];
}

import type { ActAnswer, Place } from "../contract.ts";
import { arrange } from "./arrange.ts";
import { chips } from "./chips.ts";
import { commandsUsed } from "./commandsUsed.ts";
import { showModal } from "./discord/modal.ts";
import { dayLine, layOut } from "./layout.ts";
import { openLog } from "./log.ts";
import type { Look, Scene } from "./look.ts";
import { recall, remember } from "./remember.ts";
import { act, readTranscript, readTyping } from "./server.ts";
import { soon } from "./soon.ts";
import type { Deed, Seat, Sandbox } from "./sandbox.ts";
import { openToast } from "./toast.ts";

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

  const perform = async (deed: Deed): Promise<ActAnswer> => {
    const from = { ...seat };
    // Whoever speaks looks at the end, even from far up.
    if (deed.do === "say" || deed.do === "command") log.toEnd();
    const stopUsing = deed.do === "command" ? used.begin(wordsOf(deed), around.now()) : undefined;
    const answer = await act(platform, from, deed);
    stopUsing?.();
    refresh();
    if (from.as === seat.as && from.in === seat.in) show(answer, deed);
    return answer;
  };

  const show = (answer: ActAnswer, deed: Deed) => {
    if (!answer.ok) return deed.do === "submit" ? undefined : toast.show(answer.error);
    if (answer.toast) toast.show(answer.toast);
    else if (answer.silent && expectsAnswer(deed)) toast.show("Plaza has not answered yet.");
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
    perform: (deed) => void perform(deed),
  });
  const toast = openToast(parts.toast);
  const log = openLog(parts.scroller, parts.list);

  const refresh = soon(async () => {
    const now = scene();
    const [messages, isTyping] = await Promise.all([
      readTranscript(platform, now.seat),
      readTyping(platform, now.seat),
    ]);
    // Somebody else sat down while the answer was on its way.
    if (now.seat.as !== seat.as || now.seat.in !== seat.in) return refresh();
    used.see(messages);
    parts.dress(now, getSandbox(), { isTyping, isEmpty: messages.length === 0 });
    const { seat: who, language, zone } = now;
    log.show(
      arrange(messages, now),
      (item) => JSON.stringify([item, who, language, zone, used.commandOf(item.key)]),
      (item) => (item.kind === "day" ? dayLine(item.label) : look.message(item, now)),
    );
    // That typing has ended is told by nobody.
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

function expectsAnswer(deed: Deed): boolean {
  if (deed.do === "autocomplete") return false;
  return deed.do !== "say" || deed.text.startsWith("/");
}

function wordsOf({ name, options = {} }: Extract<Deed, { do: "command" }>): string {
  return [`/${name}`, ...Object.values(options).map(String)].join(" ");
}

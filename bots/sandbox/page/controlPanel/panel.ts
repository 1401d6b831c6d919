import { el, icon } from "../dom.ts";
import { doControlAction, readControlPanel, soon } from "../server.ts";
import type { ControlPanel } from "../sandbox.ts";
import { accounts, explanations, giving } from "./services.ts";
import { botsAndClock, crons, scheduled } from "./clock.ts";
import { breaking } from "./breaking.ts";
import { calendar } from "./calendar.ts";
import { type Doing, onChange, type Part, section } from "./section.ts";

/** What the audience does not see: the calendar, the clock, the books, and what can go wrong. */
export function openControlPanel(
  drawer: HTMLElement,
  opener: HTMLElement,
  zone: () => string | undefined,
) {
  let offset = 0;
  const now = () => Date.now() + offset;
  const said = el("p", { class: "said", role: "status" });

  const doing: Doing = async (action, done) => {
    const answer = await doControlAction(action);
    said.textContent = answer.ok ? done : answer.error;
    said.classList.toggle("failed", !answer.ok);
    refresh();
    return answer.ok;
  };

  const parts = [
    calendar(doing, now),
    scheduled(),
    crons(doing),
    botsAndClock(doing),
    accounts(doing),
    giving(doing),
    explanations(doing),
    breaking(doing),
    counts("Deliveries", "No deliveries yet", ({ deliveries }) => deliveries),
    counts("Tables", "No rows yet", ({ tables }) => tables),
    counts("Versions", "", ({ versions }) => versions),
  ];
  const closer = el(
    "button",
    { class: "icon-button", type: "button", "aria-label": "Close control panel" },
    icon("close"),
  );
  drawer.append(
    el("header", { class: "control-panel-head" }, el("h2", {}, "Control panel"), closer, said),
    ...parts.map(({ element }) => element),
  );

  const refresh = soon(async () => {
    const state = await readControlPanel();
    offset = state.clock.now - Date.now();
    if (drawer.hidden) return;
    const own = zone();
    const reader = { language: "en", now: now(), ...(own !== undefined && { zone: own }) };
    for (const part of parts) part.show(state, reader);
  }, 500);

  const set = (isOpen: boolean) => {
    drawer.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    refresh();
    (isOpen ? closer : opener).focus();
  };
  opener.addEventListener("click", () => set(drawer.hidden !== false));
  closer.addEventListener("click", () => set(false));
  drawer.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") set(false);
  });
  refresh();
  return { refresh, isOpen: () => drawer.hidden === false, now };
}

type Count = number | string;

/** Names beside numbers. */
function counts(
  title: string,
  none: string,
  read: (state: ControlPanel) => Record<string, Count>,
): Part {
  const list = el("dl", { class: "counts" });
  const draw = onChange<[string, Count][]>((entries) => {
    list.replaceChildren(
      ...(entries.length === 0 ? [el("dt", {}, none)] : []),
      ...entries.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, words(value))]),
    );
  });
  return {
    element: section(title, title === "Deliveries", list),
    show: (state) => draw(Object.entries(read(state) ?? {})),
  };
}

function words(value: Count): string {
  return typeof value === "number" ? value.toLocaleString("en") : value;
}

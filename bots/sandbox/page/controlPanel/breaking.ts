import { el } from "../dom.ts";
import type { ControlPanel } from "../sandbox.ts";
import { type Doing, onChange, type Part, section } from "./section.ts";

const chatKinds = {
  "429": "429: too many requests",
  "500-after": "500, after doing it",
  "drop-before": "Connection lost, not done",
  "drop-after": "Connection lost, done",
  slow: "Slow answer",
};

const kinds: Record<string, Record<string, string>> = {
  telegram: chatKinds,
  discord: chatKinds,
  luma: {
    "429": "429: too many requests",
    "rate-limit-page": "A page that says “slow down”",
    broken: "A broken page",
    "500": "500",
    drop: "Connection lost",
  },
  stripe: {
    "429": "429: too many requests",
    broken: "A broken answer",
    "500": "500",
    "500-after": "500, after doing it",
    drop: "Connection lost",
  },
  privy: {
    "429": "429: too many requests",
    broken: "A broken answer",
    "500": "500",
    drop: "Connection lost",
  },
};

const names = {
  telegram: "Telegram",
  discord: "Discord",
  luma: "Luma",
  privy: "Privy",
  stripe: "Stripe",
};

/** Lets the next requests of the bots fail in the ways real platforms do. */
export function breaking(doing: Doing): Part {
  const platform = el("select", {}, ...options(names));
  const kind = el("select", {});
  const count = el("input", { type: "number", min: 1, max: 1000, value: 3, required: true });
  const wait = el("input", { type: "number", min: 1, max: 600, value: 2, required: true });
  const waitField = field("Retry after (s)", wait);
  const waiting = el("ul", { class: "rows" });

  const dress = () => (waitField.hidden = kind.value !== "429");
  const offer = () => {
    kind.replaceChildren(...options(kinds[platform.value] ?? {}));
    dress();
  };
  platform.addEventListener("change", offer);
  kind.addEventListener("change", dress);
  offer();

  const submit = (event: Event) => {
    event.preventDefault();
    const action = {
      do: "fault" as const,
      platform: platform.value,
      kind: kind.value,
      count: Number(count.value),
      ...(kind.value === "429" && { retryAfter: Number(wait.value) }),
    };
    void doing(action, "The next requests will meet it.");
  };
  const form = el(
    "form",
    { class: "event-form", onsubmit: submit },
    field("Where", platform),
    field("What", kind),
    field("How often", count),
    waitField,
    el("div", { class: "wide" }, el("button", { class: "button small danger" }, "Break it")),
  );

  const draw = onChange<string[]>((lines) => {
    waiting.replaceChildren(...lines.map((line) => el("li", { class: "is-down" }, line)));
  });
  return {
    element: section("Break something", false, form, waiting),
    show: ({ faults }) => draw(Object.entries(names).flatMap((entry) => linesOf(faults, entry))),
  };
}

function linesOf(faults: ControlPanel["faults"], [key, name]: [string, string]): string[] {
  const left = faults[key as keyof ControlPanel["faults"]] ?? [];
  return left.map(({ kind, count }) => `${name}: ${kinds[key]?.[kind] ?? kind}, ${count} left`);
}

function options(words: Record<string, string>): HTMLElement[] {
  return Object.entries(words).map(([value, label]) => el("option", { value }, label));
}

function field(label: string, control: HTMLElement): HTMLElement {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

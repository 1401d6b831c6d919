import { el } from "./dom.ts";
import type { Look } from "./look.ts";
import type { Sandbox } from "./sandbox.ts";

const usual = ["events", "going", "queue", "join", "give", "impact", "pending", "me", "help"];

/** A few commands at hand, of those the bot has made known. */
export function chips(getSandbox: () => Sandbox, look: Look, begin: (command: string) => void) {
  const row = el("div", { class: "chips", role: "group", "aria-label": "Quick commands" });
  let shown = "";
  function update(): void {
    const names = namesOf(getSandbox(), look);
    const offered = usual.filter((name) => names.includes(name));
    if (offered.join() === shown) return;
    shown = offered.join();
    row.replaceChildren(
      ...offered.map((name) =>
        el("button", { class: "chip", type: "button", onclick: () => begin(name) }, `/${name}`),
      ),
    );
  }
  update();
  return { row, update };
}

function namesOf({ commands }: Sandbox, { platform }: Look): string[] {
  return platform === "telegram"
    ? commands.telegram.map(({ command }) => command)
    : commands.discord.map(({ name }) => name);
}

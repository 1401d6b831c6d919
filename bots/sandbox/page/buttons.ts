import type { TranscriptMessage } from "../contract.ts";
import { type Child, el, icon, safeLink } from "./dom.ts";
import type { Scene } from "./look.ts";

type Button = NonNullable<TranscriptMessage["buttons"]>[number][number];

/** The rows of buttons of a message: pressed, opened or copied. */
export function keyboard(message: TranscriptMessage, scene: Scene): HTMLElement | undefined {
  const rows = message.buttons?.filter((row) => row.length > 0) ?? [];
  if (rows.length === 0) return undefined;
  return el(
    "div",
    { class: "keys" },
    ...rows.map((row) =>
      el("div", { class: "keys-row" }, ...row.map((button) => key(button, message.id, scene))),
    ),
  );
}

function key(button: Button, messageId: string, scene: Scene): HTMLElement {
  const { label, url, copy, disabled } = button;
  if (url !== undefined) return linkKey(label, url);
  const element = keyElement({ disabled: disabled ?? false }, label);
  element.addEventListener("click", () => {
    if (copy !== undefined) void copyText(copy, element);
    else void whileBusy(element, scene.act({ do: "click", message: messageId, button: label }));
  });
  return element;
}

function keyElement(attributes: { disabled: boolean }, ...children: Child[]): HTMLButtonElement {
  return el("button", { class: "key", type: "button", ...attributes }, ...children);
}

function linkKey(label: string, url: string): HTMLElement {
  const href = safeLink(url);
  if (!href) return keyElement({ disabled: true }, label);
  const rel = "noopener noreferrer";
  return el("a", { class: "key opens", href, target: "_blank", rel }, label, icon("corner"));
}

async function copyText(text: string, element: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(text).catch(() => undefined);
  element.classList.add("copied");
  setTimeout(() => element.classList.remove("copied"), 1500);
}

/** Shows that something is under way, without moving anything. */
export async function whileBusy(element: HTMLElement, work: Promise<unknown>): Promise<void> {
  element.setAttribute("aria-busy", "true");
  await work;
  element.removeAttribute("aria-busy");
}

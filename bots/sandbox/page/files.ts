import type { TranscriptMessage } from "../contract.ts";
import { type Child, el, icon, safeFile, safeLink } from "./dom.ts";
import type { Scene } from "./look.ts";

type File = NonNullable<TranscriptMessage["files"]>[number];

/** A document to download, or a picture where it is one. */
export function attachment(file: File): HTMLElement {
  const href = safeFile(file.url, location.origin);
  if (href && file.mime.startsWith("image/")) return picture(href, file.name);
  const words = el(
    "span",
    { class: "file-words" },
    el("span", { class: "file-name" }, file.name),
    el("span", { class: "file-size" }, sizeOf(file.size)),
  );
  const mark = el(
    "span",
    { class: "file-mark" },
    icon(file.mime.startsWith("text/calendar") ? "calendar" : "file"),
  );
  if (!href) return el("span", { class: "file" }, mark, words);
  return el("a", { class: "file", href, download: file.name }, mark, words);
}

/**
 * The room of a picture is there before it is; one that does not come leaves a mark. A whole one,
 * like a chart, is shown to its edges, whatever its shape.
 */
export function picture(url: string, words: string, isWhole = false): HTMLElement {
  const src = safeFile(url, location.origin);
  const frame = el("span", { class: isWhole ? "picture whole" : "picture" });
  const gone = () => {
    frame.className = "picture gone";
    frame.replaceChildren(
      icon("picture"),
      el("span", {}, "The picture is not reachable from here"),
    );
  };
  if (!src) gone();
  else {
    const loading = "lazy";
    const referrerpolicy = "no-referrer";
    frame.append(el("img", { src, alt: words, loading, referrerpolicy, onerror: gone }));
  }
  const href = src && safeLink(src);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, frame) : frame;
}

export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const isSmall = bytes < 999_500;
  const value = bytes / (isSmall ? 1000 : 1_000_000);
  return `${value.toFixed(value < 10 ? 1 : 0)} ${isSmall ? "kB" : "MB"}`;
}

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

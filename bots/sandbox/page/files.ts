import type { TranscriptMessage } from "../contract.ts";
import { el, icon, safeFile, safeLink } from "./dom.ts";

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

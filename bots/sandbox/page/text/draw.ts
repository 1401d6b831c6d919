import { el } from "../dom.ts";
import type { Style, TextNode } from "./nodes.ts";
import { type Reader, timestamp } from "./times.ts";

const tags: Record<Style, keyof HTMLElementTagNameMap> = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strike: "s",
  spoiler: "span",
  code: "code",
  block: "pre",
  quote: "blockquote",
  heading: "strong",
  small: "small",
  mention: "span",
  time: "span",
};

/** Makes elements of formatted text. A pressed command is handed to `onCommand`. */
export function draw(
  nodes: TextNode[],
  reader: Reader,
  onCommand?: (command: string) => void,
): (Node | string)[] {
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    if (node.as === "timestamp") {
      const full = timestamp(node.at, "F", reader);
      return el("time", { class: "t-time", title: full }, timestamp(node.at, node.style, reader));
    }
    if (node.as === "command") {
      const onclick = () => onCommand?.(node.text);
      return el("button", { class: "t-command", type: "button", onclick }, node.text);
    }
    const children = draw(node.children, reader, onCommand);
    if (node.as === "link") return linkTo(node.url, ...children);
    if (node.as === "spoiler") return el("span", { class: "t-spoiler", tabindex: 0 }, ...children);
    return el(tags[node.as], { class: `t-${node.as}` }, ...children);
  });
}

export function linkTo(href: string, ...children: (Node | string)[]): HTMLAnchorElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

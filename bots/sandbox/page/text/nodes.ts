/** Formatted text, as both platforms' parsers give it and `draw.ts` shows it. */
export type TextNode =
  | string
  | { as: Style; children: TextNode[] }
  | { as: "link"; url: string; children: TextNode[] }
  | { as: "command"; text: string }
  | { as: "timestamp"; at: number; style: string };

export type Style =
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "spoiler"
  | "code"
  | "block"
  | "quote"
  | "heading"
  | "small"
  | "mention"
  | "time";

/** The text without its formatting. */
export function plain(nodes: TextNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      if ("children" in node) return plain(node.children);
      return "text" in node ? node.text : "";
    })
    .join("");
}

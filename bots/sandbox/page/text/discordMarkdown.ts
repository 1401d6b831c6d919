import { safeLink } from "../dom.ts";
import type { Style, TextNode } from "./draw.ts";

/** What stands between two marks: anything, where a backslash hides the character after it. */
const inside = String.raw`((?:\\[^]|[^\\])+?)`;

type Rule = { pattern: RegExp; read: (match: RegExpExecArray) => TextNode[] | undefined };

const styled = (pattern: string, as: Style): Rule => ({
  pattern: new RegExp(pattern, "y"),
  read: (match) => [{ as, children: inline(match[1] ?? "") }],
});

const verbatim = (pattern: RegExp, as: Style): Rule => ({
  pattern,
  read: (match) => [{ as, children: [match[1] ?? ""] }],
});

const link = (pattern: RegExp): Rule => ({
  pattern,
  read: ([, text = "", address = text]) => {
    const url = safeLink(address);
    return url
      ? [{ as: "link", url, children: address === text ? [text] : inline(text) }]
      : undefined;
  },
});

/** The first rule that reads something here wins; none leaves the character as it is. */
const rules: Rule[] = [
  { pattern: /\\([^A-Za-z0-9\s])/y, read: ([, mark = ""]) => [mark] },
  verbatim(/```(?:[a-z]+\n)?\n?([^]+?)\n?```/y, "block"),
  verbatim(/``([^]+?)``(?!`)/y, "code"),
  verbatim(/`([^`]+)`/y, "code"),
  {
    pattern: /<t:(-?\d{1,13})(?::([a-zA-Z]))?>/y,
    read: ([, seconds, style = "f"]) => [{ as: "timestamp", at: Number(seconds) * 1000, style }],
  },
  verbatim(/<([@#][!&]?\d+)>/y, "mention"),
  verbatim(/<(\/[^:>]+):\d+>/y, "mention"),
  verbatim(/(@everyone|@here)\b/y, "mention"),
  link(/<(https:\/\/[^\s<>]+)>/y),
  link(/\[((?:\\[^]|[^\\\]])+)\]\(<?(https:\/\/[^\s)>]+)>?\)/y),
  link(/(https:\/\/[^\s<>]*[^\s<>.,:;!?'")\]])/y),
  {
    pattern: new RegExp(String.raw`\*\*\*${inside}\*\*\*(?!\*)`, "y"),
    read: ([, text = ""]) => [{ as: "bold", children: [{ as: "italic", children: inline(text) }] }],
  },
  styled(String.raw`\*\*${inside}\*\*(?!\*)`, "bold"),
  styled(String.raw`__${inside}__(?!_)`, "underline"),
  styled(String.raw`~~${inside}~~`, "strike"),
  styled(String.raw`\|\|${inside}\|\|`, "spoiler"),
  styled(String.raw`\*(?=\S)${inside}\*(?!\*)`, "italic"),
  styled(String.raw`\b_(?=\S)${inside}_(?![A-Za-z0-9_])`, "italic"),
  styled(String.raw`(?<![A-Za-z0-9_])_(?=\S)${inside}_(?![A-Za-z0-9_])`, "italic"),
];

const lineRules: Rule[] = [
  styled(String.raw`#{1,3} +([^\n]+)\n?`, "heading"),
  styled(String.raw`-# +([^\n]+)\n?`, "small"),
  styled(String.raw`> ([^\n]+)\n?`, "quote"),
  { pattern: /[-*] +(?=\S)/y, read: () => ["• "] },
];

/** Discord's markdown as nodes; what it does not know stays as it is written. */
export function discordText(text: string): TextNode[] {
  return read(text, true);
}

function inline(text: string): TextNode[] {
  return read(text, false);
}

function read(text: string, hasLines: boolean): TextNode[] {
  const nodes: TextNode[] = [];
  let at = 0;
  while (at < text.length) {
    const startsLine = hasLines && (at === 0 || text[at - 1] === "\n");
    const taken = (startsLine && take(lineRules, text, at)) || take(rules, text, at);
    for (const node of taken?.nodes ?? [text[at] ?? ""]) append(nodes, node);
    at = taken?.to ?? at + 1;
  }
  return nodes;
}

function take(rules: Rule[], text: string, at: number) {
  for (const { pattern, read } of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    // Reading what is inside moves the same pattern: where the match ends is kept first.
    const to = at + (match?.[0].length ?? 0);
    const nodes = match && read(match);
    if (nodes) return { nodes, to };
  }
  return undefined;
}

function append(nodes: TextNode[], node: TextNode): void {
  const last = nodes.at(-1);
  if (typeof node === "string" && typeof last === "string") nodes[nodes.length - 1] = last + node;
  else nodes.push(node);
}

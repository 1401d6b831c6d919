type Listener = (event: never) => unknown;
type Attributes = Record<string, string | number | boolean | undefined | Listener>;
export type Child = Node | string | undefined | false;

/**
 * Makes an element. Functions are listeners (`onclick`), `true` is an attribute without a value,
 * `false` and `undefined` are left out. Text is only ever set as text.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(key.slice(2), value as EventListener);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** An element the HTML file is known to have. */
export function found(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

const svg = "http://www.w3.org/2000/svg";

/** Drawn on 24 by 24, as lines. */
const lines = {
  send: "M4 12 20 4l-5 16-4-6-7-2Zm7 2 9-10",
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  at: "M16 8v5a2.5 2.5 0 0 0 5 0v-1a9 9 0 1 0-4 7.5M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12Zm13 0a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
  out: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  corner: "M8 7h9v9M17 7 7 17",
  file: "M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm7 0v5h5",
  calendar:
    "M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Zm-1 5h16M8 3v4M16 3v4",
  picture: "M4 5h16v14H4V5Zm0 11 5-5 4 4 3-3 4 4M16 9h.01",
  close: "m6 6 12 12M18 6 6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  megaphone: "M4 10v4l11 5V5L4 10Zm11-1a3 3 0 0 1 0 6M7 15.5V20h3v-3",
  thread: "M6 4v9a3 3 0 0 0 3 3h10m-4-4 4 4-4 4",
  people: "M15 9a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM5 20a6.5 6.5 0 0 1 13 0",
  check: "m3 13 4 4L16 7M11 16l1 1 9-10",
} as const;

type Icon = keyof typeof lines;

/** A decoration beside words; it says nothing to a screen reader. */
export function icon(which: Icon): SVGSVGElement {
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", lines[which]);
  drawing.append(path);
  return drawing;
}

/** Only https opens from a message: whatever else a text calls a link stays text. */
export function safeLink(url: string): string | undefined {
  return url.startsWith("https://") && URL.canParse(url) ? new URL(url).href : undefined;
}

/** A file or picture: from the sandbox itself, or over https. */
export function safeFile(url: string, origin: string): string | undefined {
  if (!URL.canParse(url, origin)) return undefined;
  const address = new URL(url, origin);
  return address.origin === origin || address.protocol === "https:" ? address.href : undefined;
}

/** A short notice over a chat: a bot's own, or why something cannot be done. */
export function openToast(element: HTMLElement) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function show(words: string): void {
    element.textContent = words;
    element.classList.add("shown");
    clearTimeout(timer);
    timer = setTimeout(() => element.classList.remove("shown"), 2500 + words.length * 40);
  }
  return { show };
}

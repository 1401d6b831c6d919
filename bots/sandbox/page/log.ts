import type { Item } from "./arrange.ts";

/** What a line depends on beside itself: where it changes, the line is drawn anew. */
type Drawer = (item: Item) => HTMLElement;

/** A conversation on the page: only lines that changed are drawn again, and it follows its end. */
export function openLog(scroller: HTMLElement, list: HTMLElement) {
  const shown = new Map<string, { print: string; element: HTMLElement }>();

  function show(items: Item[], printOf: (item: Item) => string, draw: Drawer): void {
    const follows = shown.size === 0 || isAtEnd();
    const isFirst = shown.size === 0;
    let next = list.firstElementChild;
    for (const item of items) {
      const print = printOf(item);
      const known = shown.get(item.key);
      let element = known?.element;
      if (!known || !element || known.print !== print) {
        element = draw(item);
        if (known) {
          if (known.element === next) next = element;
          exchange(known.element, element);
        } else if (!isFirst) element.classList.add("arrives");
        shown.set(item.key, { print, element });
      }
      if (element === next) next = element.nextElementSibling;
      else list.insertBefore(element, next);
    }
    const keys = new Set(items.map((item) => item.key));
    for (const [key, { element }] of shown) {
      if (keys.has(key)) continue;
      element.remove();
      shown.delete(key);
    }
    if (follows) toEnd();
  }

  const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const toEnd = () => scroller.scrollTo({ top: scroller.scrollHeight });

  // A narrower room makes a longer conversation: whoever was at its end stays there.
  let wasAtEnd = true;
  scroller.addEventListener("scroll", () => (wasAtEnd = isAtEnd()), { passive: true });
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(scroller);

  function clear(): void {
    shown.clear();
    list.replaceChildren();
  }

  return { show, clear, toEnd };
}

/** A changed message takes the place of the old one, and the keyboard stays where it was. */
function exchange(old: HTMLElement, fresh: HTMLElement): void {
  const index = buttonsOf(old).indexOf(document.activeElement as HTMLElement);
  old.replaceWith(fresh);
  if (index >= 0) (buttonsOf(fresh)[index] ?? buttonsOf(fresh).at(-1))?.focus();
}

function buttonsOf(element: HTMLElement): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>("button, select, a")];
}

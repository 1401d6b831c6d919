import type { World } from "../world.ts";
import type { Body } from "./body.ts";

/** One request on its way through; a handler may add the chat it turned out to be about. */
export type Call = Body & { world: World; query: URLSearchParams; chat?: string };

export type Reply = { status: number; body?: unknown };

/** Answers a request. The ids are the route's `:` parts, in order. */
export type Handler = (call: Call, ...ids: string[]) => Reply;

/** What `find` gives: the handler, the ids in the path, and the route's name. */
export type Match = { name: string; open: boolean; handler: Handler; ids: string[] };

type Route = { name: string; open: boolean; parts: string[]; handler: Handler };

/** Handlers by "METHOD /path/:/with/:/ids"; `open` ones need no token in the header. */
export type Routes = Record<string, Handler>;

/** Looks routes up by method and number of parts first, so that a lookup stays cheap. */
export function router(
  closed: Routes,
  open: Routes,
): (method: string, path: string) => Match | undefined {
  const table = new Map<string, Route[]>();
  const add = (routes: Routes, isOpen: boolean) => {
    for (const [name, handler] of Object.entries(routes)) {
      const [method = "", path = ""] = name.split(" ");
      const parts = path.slice(1).split("/");
      const key = `${method} ${parts.length}`;
      const list = table.get(key) ?? [];
      list.push({ name, open: isOpen, parts, handler });
      table.set(key, list);
    }
  };
  add(closed, false);
  add(open, true);
  // A literal part wins over an id: "/messages/pins" is not a message called "pins".
  const ids = (route: Route) => route.parts.filter((part) => part === ":").length;
  for (const list of table.values()) list.sort((a, b) => ids(a) - ids(b));

  return (method, path) => {
    const parts = path.slice(1).split("/");
    for (const { name, open, parts: wanted, handler } of table.get(`${method} ${parts.length}`) ??
      []) {
      const found: string[] = [];
      const fits = wanted.every((part, index) => {
        if (part !== ":") return part === parts[index];
        found.push(decode(parts[index] ?? ""));
        return true;
      });
      if (fits) return { name, open, handler, ids: found };
    }
    return undefined;
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

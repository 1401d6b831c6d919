/** What Stripe's library sends: "items[0][price][currency]=usd" as objects and lists of strings. */
export type Form = { [name: string]: FormValue };
export type FormValue = string | Form | FormValue[];

const deepest = 8;

/** Reads a form-encoded body; null where a name is none of Stripe's kind. */
export function readForm(text: string): Form | null {
  const root: Form = Object.create(null) as Form;
  for (const [name, value] of new URLSearchParams(text)) {
    const path = pathOf(name);
    if (!path) return null;
    let at = root;
    for (const part of path.slice(0, -1)) {
      const next = at[part] ?? (Object.create(null) as Form);
      if (typeof next === "string" || Array.isArray(next)) return null;
      at[part] = next;
      at = next;
    }
    at[path.at(-1) ?? ""] = value;
  }
  return withLists(root) as Form;
}

function pathOf(name: string): string[] | null {
  const match = /^([^[\]]+)((?:\[[^[\]]+\])*)$/.exec(name);
  if (!match) return null;
  const [, first = "", rest = ""] = match;
  const path = [first, ...[...rest.matchAll(/\[([^[\]]+)\]/g)].map(([, part = ""]) => part)];
  return path.length > deepest ? null : path;
}

/** What is numbered from 0 is a list. */
function withLists(value: FormValue): FormValue {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, withLists(one)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

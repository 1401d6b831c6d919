import { asFields, asList } from "./lenient.ts";

// schema.org lets nearly every value be a text, an object with a name, or a list of either.

/** The first text in a value: the value itself, its `name`, `@value`, `url` or `contentUrl`. */
export function eventText(value: unknown): string | undefined {
  return textOf(value, ["name", "@value"]);
}

export function linkText(value: unknown): string | undefined {
  return textOf(value, ["url", "contentUrl", "@id"]);
}

function textOf(value: unknown, keys: string[]): string | undefined {
  for (const item of asList(value)) {
    const fields = asFields(item);
    const found = fields === undefined ? item : keys.map((key) => fields[key]).find(isText);
    if (isText(found)) return found.trim();
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** A number, also written as text. */
export function ldNumber(value: unknown): number | undefined {
  const usable = typeof value === "number" || isText(value);
  const number = usable ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** "https://schema.org/EventCancelled", "schema:Event" and "Event" are one word each. */
export function ldWords(value: unknown): string[] {
  return asList(value).flatMap((item) => {
    const text = textOf(item, ["@id"]);
    return text === undefined ? [] : [(text.split(/[/#:]/).pop() ?? "").toLowerCase()];
  });
}

export function typesOf(fields: Record<string, unknown>): string[] {
  return ldWords(fields["@type"]);
}

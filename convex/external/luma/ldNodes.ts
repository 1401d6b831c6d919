import { asFields, asList } from "./lenient.ts";
import { eventText, typesOf } from "./ldText.ts";

type Fields = Record<string, unknown>;

export type LdFound = {
  events: Fields[];
  /** A list of events was there, be it an empty one. */
  listed: boolean;
  /** Items the list says it has. */
  promised: number;
  /** Items the list really shows. */
  shown: number;
};

/**
 * Looks through one ld+json document for events. Since 2026 Luma's calendar pages hold an
 * `Organization` without events and an `ItemList`; before it was `Organization.events[]`; `@graph`,
 * plain lists and a single `Event` (an event's own page) occur too.
 */
export function findLdEvents(documents: unknown[]): LdFound {
  const found: LdFound = { events: [], listed: false, promised: 0, shown: 0 };
  for (const document of documents) visit(document, found);
  return found;
}

/** Depth is bounded by `safeJson`. */
function visit(node: unknown, found: LdFound): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, found);
    return;
  }
  const fields = asFields(node);
  if (fields === undefined) return;
  if (typesOf(fields).some((type) => type.endsWith("event"))) {
    if (!isReference(fields)) found.events.push(fields);
    return;
  }
  if (typesOf(fields).includes("itemlist")) visitItemList(fields, found);
  for (const key of ["events", "event"]) {
    if (!(key in fields) || fields[key] === null) continue;
    const events = asList(fields[key]);
    if (key === "events" || events.length > 0) found.listed = true;
    found.shown += events.length;
    for (const event of events) visitListed(event, found);
  }
  for (const key of ["@graph", "mainEntity", "hasPart"]) visit(fields[key], found);
}

function visitItemList(fields: Fields, found: LdFound): void {
  const elements = fields["itemListElement"];
  const promised = Number(fields["numberOfItems"]);
  if (Number.isFinite(promised)) found.promised = Math.max(found.promised, promised);
  if (elements === undefined || elements === null) return;
  found.listed = true;
  found.shown += asList(elements).length;
  for (const element of asList(elements)) {
    const item = asFields(element)?.["item"];
    visitListed(asFields(item) ?? element, found);
  }
}

/** What stands in a list of events is one, even where it does not say so (`@type` missing). */
function visitListed(item: unknown, found: LdFound): void {
  const fields = asFields(item);
  if (fields === undefined || isReference(fields)) return;
  const isOther = typesOf(fields).some((type) => ["itemlist", "organization"].includes(type));
  if (isOther) visit(fields, found);
  else found.events.push(fields);
}

/** `{"@id": "..."}` only points at an event that stands elsewhere in the page. */
function isReference(fields: Fields): boolean {
  return (
    eventText(fields["name"]) === undefined && fields["startDate"] === undefined && "@id" in fields
  );
}

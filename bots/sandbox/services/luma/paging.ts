const MAX_LIMIT = 50;

/** Cuts one page out of the entries; cursors are opaque to the reader, as Luma's are. */
export function pageOf(entries: object[], query: URLSearchParams): object {
  const start = readCursor(query.get("pagination_cursor"));
  const asked = Number(query.get("pagination_limit") ?? MAX_LIMIT);
  const limit = asked >= 1 && asked <= MAX_LIMIT ? Math.floor(asked) : MAX_LIMIT;
  const end = start + limit;
  const more = end < entries.length;
  return {
    entries: entries.slice(start, end),
    has_more: more,
    next_cursor: more ? Buffer.from(`at:${end}`).toString("base64url") : null,
  };
}

function readCursor(cursor: string | null): number {
  const text = cursor === null ? "at:0" : Buffer.from(cursor, "base64url").toString();
  const start = Number(text.slice(3));
  return text.startsWith("at:") && Number.isInteger(start) && start >= 0 ? start : 0;
}

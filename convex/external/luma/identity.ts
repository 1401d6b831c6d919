import type { LumaEvent } from "./types.ts";

/**
 * What makes two readings the same event, in this order: the "evt-" id, which survives a renamed
 * slug and a move between calendars; else the slug; else the address (external events).
 */
export function identity(event: Pick<LumaEvent, "lumaEventId" | "lumaSlug" | "lumaUrl">): string {
  return event.lumaEventId ?? event.lumaSlug ?? event.lumaUrl;
}

import type { Infer } from "convex/values";
import { v } from "convex/values";
import type { LumaPage } from "../../external/luma/types.ts";
import { lumaCursor, lumaSource } from "./luma.ts";

/** The state of one sync of one calendar, passed from page to page and from try to try. */
export const syncState = v.object({
  startedAt: v.number(),
  cursor: v.optional(lumaCursor),
  seen: v.array(v.id("events")),
  read: v.number(),
  created: v.number(),
  changed: v.number(),
  removed: v.number(),
  refused: v.number(),
  /** Every page so far reported that the listing is complete: nothing cut, damaged or refused. */
  complete: v.boolean(),
  source: v.optional(lumaSource),
  tries: v.number(),
  acceptEmpty: v.boolean(),
});
export type SyncState = Infer<typeof syncState>;

export function freshSync(startedAt: number, acceptEmpty = false, tries = 0): SyncState {
  return {
    startedAt,
    seen: [],
    read: 0,
    created: 0,
    changed: 0,
    removed: 0,
    refused: 0,
    complete: true,
    tries,
    acceptEmpty,
  };
}

/** The state after one more page has been stored. */
export function withPage(
  state: SyncState,
  page: LumaPage,
  upserted: Pick<SyncState, "seen" | "created" | "changed" | "removed">,
): SyncState {
  const { cursor: _done, ...rest } = state;
  return {
    ...rest,
    ...(page.next && { cursor: page.next }),
    source: page.source,
    complete: state.complete && page.complete,
    seen: [...state.seen, ...upserted.seen],
    read: state.read + page.events.length,
    created: state.created + upserted.created,
    changed: state.changed + upserted.changed,
    removed: state.removed + upserted.removed,
    refused: state.refused + page.refused.length,
  };
}

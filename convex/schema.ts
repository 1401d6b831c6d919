import { defineSchema, defineTable } from "convex/server";
import * as fields from "./model/fields.ts";

// Times are Unix milliseconds. The comment above a table says who writes it and who deletes from it.
export default defineSchema({
  // Written by admins; `lastSync`, `eventsLastSynced` and a discovered calendar id by the sync. Kept.
  organizations: defineTable(fields.organization).index("by_slug", ["slug"]),

  // Written by the sync and by admins; `status` also by the clock. Kept: past events are history.
  events: defineTable(fields.event)
    .index("by_luma_id", ["lumaEventId"])
    .index("by_luma_slug", ["lumaSlug"])
    .index("by_luma_url", ["lumaUrl"])
    .index("by_start_date", ["startDate"])
    .index("by_status", ["status", "startDate"])
    .index("by_status_and_end", ["status", "endsBy"])
    .index("by_published", ["isPublished", "status", "startDate"])
    .index("by_calendar", ["calendar", "startDate"])
    .index("by_org", ["orgId"])
    .index("by_org_start", ["orgId", "startDate"])
    .searchIndex("search_title", { searchField: "title", filterFields: ["isPublished"] }),

  // Which organization's calendar lists which event: an event can stand on several. Written by the
  // sync and by admins' edits; deleted when a calendar no longer lists the event.
  listings: defineTable(fields.listing)
    .index("by_event_and_org", ["eventId", "orgId"])
    .index("by_org_and_open_and_start", ["orgId", "isOpen", "startDate"])
    .index("by_next_reminder", ["nextReminderAt"]),

  // Written by admins through /channel, and by the bots when a chat moves or is gone. Kept.
  channels: defineTable(fields.channel)
    .index("by_platform_and_chat_and_thread", ["platform", "chatId", "threadId"])
    .index("by_on_and_org", ["isOn", "orgId"])
    .index("by_next_agenda", ["nextAgendaAt"])
    .index("by_platform_and_changed", ["platform", "changedAt"]),

  // Written by whatever has something to tell; a fact may be corrected in its first minute. Deleted
  // with their deliveries by the nightly sweep.
  announcements: defineTable(fields.announcement)
    .index("by_key", ["key"])
    .index("by_event", ["eventId"]),

  // The ledger. Written with the fact that causes it, then only by the bots' claims and settlements
  // and by an admin's retry. Deleted by the nightly sweep.
  deliveries: defineTable(fields.delivery)
    .index("by_key", ["key"])
    .index("by_announcement", ["announcementId"])
    .index("by_channel_and_open", ["channelId", "isOpen"])
    .index("by_state", ["state"]),

  // One row per channel that has something open: when it is next worth looking at, and who holds
  // it. Written and deleted by the ledger alone.
  outboxes: defineTable(fields.outbox)
    .index("by_channel", ["channelId"])
    .index("by_platform_and_ready", ["platform", "readyAt"])
    .index("by_platform_and_held", ["platform", "heldUntil"]),

  // One chat account and what it chose. Written by that account. Kept.
  chatAccounts: defineTable(fields.chatAccount)
    .index("by_platform_and_user", ["platform", "platformUserId"])
    .index("by_platform_and_changed", ["platform", "settingsChangedAt"]),
});

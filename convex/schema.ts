import { defineSchema, defineTable } from "convex/server";
import * as fields from "./model/fields.ts";
import { deliveryTask } from "./model/kinds/index.ts";

// Times are Unix milliseconds. The comment above a table says who writes it and who deletes from it.
export default defineSchema({
  // Written by admins; `lastSync`, `eventsLastSynced` and a discovered calendar id by the sync. Kept.
  organizations: defineTable(fields.organization)
    .index("by_slug", ["slug"])
    .index("by_discord_guild", ["discordGuildId"]),

  // Written by the sync and by admins; `status` also by the clock. Kept: past events are history.
  events: defineTable(fields.event)
    .index("by_luma_id", ["lumaEventId"])
    .index("by_luma_entry", ["lumaEntryId"])
    .index("by_luma_slug", ["lumaSlug"])
    .index("by_luma_url", ["lumaUrl"])
    .index("by_start_date", ["startDate"])
    .index("by_status", ["status", "startDate"])
    .index("by_status_and_end", ["status", "endsBy"])
    .index("by_published", ["isPublished", "status", "startDate"])
    .index("by_calendar", ["calendar", "startDate"])
    .index("by_org", ["orgId"])
    .index("by_org_start", ["orgId", "startDate"])
    .index("by_status_and_change", ["status", "changedAt"])
    .index("by_org_and_status_and_change", ["orgId", "status", "changedAt"])
    .searchIndex("search_title", { searchField: "title", filterFields: ["isPublished"] }),

  // Which organization's calendar lists which event: an event can stand on several. Written by the
  // sync and by admins' edits; deleted when a calendar no longer lists the event.
  listings: defineTable(fields.listing)
    .index("by_event_and_org", ["eventId", "orgId"])
    .index("by_org_and_open_and_start", ["orgId", "isOpen", "startDate"])
    .index("by_next_reminder", ["nextReminderAt"]),

  // RSVPs. Written by answers and by free seats that go to the waitlist; deleted with their user.
  rsvps: defineTable(fields.rsvp)
    .index("by_event", ["eventId", "answer", "isWaiting", "since"])
    .index("by_user", ["userId"])
    .index("by_user_and_event", ["userId", "eventId"])
    .index("by_account", ["account", "userId"])
    .index("by_account_and_event", ["account", "userId", "eventId"]),
  attendances: defineTable(fields.attendance).index("by_event", ["eventId"]),

  // Written by people, and updated with their event; deleted when it is over, and with their user.
  reminders: defineTable(fields.reminder)
    .index("by_due", ["dueAt"])
    .index("by_event", ["eventId"])
    .index("by_user", ["userId"])
    .index("by_user_and_event", ["userId", "eventId"])
    .index("by_account", ["account", "userId"])
    .index("by_account_and_event", ["account", "userId", "eventId"]),

  // Written when a person requests their calendar feed link; deleted with their user.
  feeds: defineTable(fields.feed)
    .index("by_user", ["userId"])
    .index("by_account", ["account", "userId"]),

  // The key of those links, sealed; written when the encryption key is rotated. At most one row. Kept.
  secrets: defineTable(fields.secret).index("by_name", ["name"]),

  // The queue of an event. Written by hosts; deleted with its entries a month after it was closed.
  queues: defineTable(fields.queue)
    .index("by_event", ["eventId"])
    .index("by_opener", ["openedBy"])
    .index("by_open", ["isOpen", "changedAt"])
    .index("by_org_and_open", ["orgId", "isOpen", "changedAt"]),
  queuePositions: defineTable(fields.queuePosition)
    .index("by_event", ["eventId"])
    .index("by_user", ["userId", "status"])
    .index("by_caller", ["calledBy", "eventId", "status"])
    .index("by_event_status", ["eventId", "status", "position"])
    .index("by_event_and_user", ["eventId", "userId", "status"]),

  // Written inside Convex alone; deleted after a day.
  webhookEvents: defineTable(fields.webhookEvent)
    .index("by_user", ["userId", "createdAt"])
    .index("by_event", ["eventId", "createdAt"])
    .index("by_expires", ["expiresAt"]),

  // Written by admins through /channel, and by the bots when a chat moves or is gone. Kept.
  channels: defineTable(fields.channel)
    .index("by_platform_and_chat_and_thread", ["platform", "chatId", "threadId"])
    .index("by_on_and_org", ["isOn", "orgId"])
    .index("by_next_agenda", ["nextAgendaAt"])
    .index("by_platform_and_changed", ["platform", "changedAt"]),

  // Written in the transaction of the change that they announce, which can correct them in its
  // first minute. Deleted with their deliveries by the nightly sweep.
  announcements: defineTable(fields.announcement)
    .index("by_key", ["key"])
    .index("by_event", ["eventId"]),

  // Written by admins through /channel board, and by the deliveries that post them. Deleted by
  // `/channel board remove`.
  boards: defineTable(fields.board)
    .index("by_channel", ["channelId", "scope"])
    .index("by_scope", ["scope", "isOn", "isOutdated"]),

  // How often each chat's synced messages may change; written by leases, deleted by the sweep.
  chatRateLimits: defineTable(fields.chatRateLimit)
    .index("by_chat", ["platform", "chatId"])
    .index("by_full", ["fullAt"]),

  // Written with changes of events whose organizations mirror them to Discord; deleted when
  // Discord's event is gone.
  scheduledEvents: defineTable(fields.scheduledEvent)
    .index("by_event_and_guild", ["eventId", "guildId"])
    .index("by_guild", ["guildId"]),
  // Deleted by the reconciliation itself.
  guildReconciles: defineTable(fields.guildReconcile).index("by_guild", ["guildId"]),

  // The delivery queue. Written in the transaction that caused the delivery, then only by the bots'
  // leases and completions and by an admin's retry. Deleted by the nightly sweep.
  deliveries: defineTable(fields.delivery.extend({ task: deliveryTask }))
    .index("by_key", ["key"])
    .index("by_announcement", ["task.announcementId"])
    .index("by_application", ["task.applicationId"])
    .index("by_charity", ["task.charityId"])
    .index("by_destination_and_open", ["destination", "isOpen", "rank"])
    .index("by_state", ["state"]),

  // One row per destination with open deliveries: when to lease the next one, and until when it is
  // leased. Written and deleted by the delivery queue only.
  outboxes: defineTable(fields.outbox)
    .index("by_destination", ["destination"])
    .index("by_platform_and_ready", ["platform", "readyAt"])
    .index("by_platform_and_urgent_and_ready", ["platform", "isUrgent", "readyAt"])
    .index("by_platform_and_leased", ["platform", "leasedUntil"]),

  // A person. Written by that person, by admins, and by Privy's and Clerk's webhooks; role and
  // status only through their rules in `model/`. Never deleted: `deletedAt` hides the row, and
  // personal data are removed.
  users: defineTable(fields.user)
    .index("by_privy_did", ["privyDid"])
    .index("by_clerk_id", ["clerkId"])
    .index("by_email", ["email"])
    .index("by_username", ["username"])
    .index("by_merged_into", ["mergedInto"])
    .index("by_stripe_customer", ["stripeCustomerId"])
    .index("by_role", ["role"])
    .index("by_account_status", ["accountStatus"]),

  // The profile that members see. Written by its user; deleted with them.
  profiles: defineTable(fields.profile)
    .index("by_user_id", ["userId"])
    .index("by_visibility", ["profileVisibility"]),

  // A chat account, its user and its settings. Written by that account and by linking; deleted with
  // its user. Unlinking keeps the settings.
  chatAccounts: defineTable(fields.chatAccount)
    .index("by_platform_and_user", ["platform", "platformUserId"])
    .index("by_user", ["userId"])
    .index("by_platform_and_handle", ["platform", "handle"])
    .index("by_platform_and_changed", ["platform", "settingsChangedAt"]),

  // Written by the applicant, then once by the moderator who decides. Kept as a record.
  applications: defineTable(fields.application)
    .index("by_user", ["userId"])
    .index("by_status", ["status", "appliedAt"])
    .index("by_reviewer", ["reviewer"])
    .searchIndex("search_who", { searchField: "who", filterFields: ["status"] }),

  // Pending Telegram join requests, deleted after the decision or a month.
  joinRequests: defineTable(fields.joinRequest)
    .index("by_person_and_chat", ["platformUserId", "chatId"])
    .index("by_at", ["at"]),

  // One form at a time per chat account. Deleted a day after its last answer.
  dialogs: defineTable(fields.dialog)
    .index("by_account", ["platform", "platformUserId"])
    .index("by_changed", ["changedAt"]),

  // Deleted an hour after they have expired.
  linkCodes: defineTable(fields.linkCode)
    .index("by_hash", ["hash"])
    .index("by_account", ["platform", "platformUserId"])
    .index("by_expires", ["expiresAt"]),

  // The audit log: actor, subject, time and origin. Append-only.
  auditLog: defineTable(fields.auditEntry)
    .index("by_subject", ["subject"])
    .index("by_actor", ["actor"]),

  // Rate limits per caller. Written by `model/callers/limits.ts`; one row per caller, deleted after
  // a day.
  rateLimits: defineTable(fields.rateLimit).index("name", ["name", "key"]).index("by_ts", ["ts"]),

  // Receipts of webhooks. Deleted after a week, when no provider repeats a webhook any more.
  receipts: defineTable(fields.receipt).index("by_key", ["key"]).index("by_at", ["at"]),

  // A member's donation plan. Written by Stripe's webhooks, and when the user's city changes. Kept.
  subscriptions: defineTable(fields.subscription)
    .index("by_stripe_subscription_id", ["stripeSubscriptionId"])
    .index("by_user", ["userId"])
    .index("by_status", ["status"])
    .index("by_customer", ["stripeCustomerId"])
    .index("by_city", ["cityKey", "status"]),

  // Open Checkout pages. Written by `/give`; deleted when paid, replaced, or with their user.
  checkouts: defineTable(fields.checkout).index("by_user", ["userId"]),

  // The gifts that a week distributes: written by payments and, for what is carried over, by the
  // run of the week before; settled once by the week's own run. Kept.
  gifts: defineTable(fields.gift)
    .index("by_week_and_city", ["weekStartDate", "cityKey", "amount", "subscriptionId"])
    .index("by_week_and_user", ["weekStartDate", "userId"])
    .index("by_user", ["userId", "weekStartDate"])
    .index("by_subscription", ["subscriptionId", "weekStartDate", "cityKey"]),

  // The ledger. Append-only: written by payments and by runs.
  bookEntries: defineTable(fields.bookEntry)
    .index("by_key", ["key"])
    .index("by_subscription", ["subscriptionId"])
    .index("by_week", ["weekStartDate"]),

  // Written by Stripe's events about charges, refunds, disputes and credit notes. Kept.
  stripeCharges: defineTable(fields.stripeCharge)
    .index("by_charge", ["chargeId"])
    .index("by_customer", ["customerId"]),

  // Written when distributed money is returned, and by the runs that make up for it. Kept.
  corrections: defineTable(fields.correction)
    .index("by_open", ["isOpen", "cityKey", "weekStartDate"])
    .index("by_subscription", ["subscriptionId", "isOpen"])
    .index("by_user", ["userId"]),

  // One row per nightly check of the ledger; deleted after a year.
  bookChecks: defineTable(fields.bookCheck).index("by_started", ["startedAt"]),

  // Written by admins. Kept: distributions name them.
  charities: defineTable(fields.charity)
    .index("by_city", ["cityKey", "verificationStatus"])
    .index("by_verification_status", ["verificationStatus"])
    .index("by_approver", ["approvedBy"])
    .index("by_creator", ["createdBy"])
    .searchIndex("search_name", { searchField: "name", filterFields: ["verificationStatus"] }),

  // Written by admins, by the daily refresh, and by runs, which subtract what they gave.
  needsData: defineTable(fields.need)
    .index("by_charity", ["charityId"])
    .index("by_active_and_city", ["isActive", "cityKey"])
    .index("by_active_and_urgency", ["isActive", "urgencyScore"]),

  // Written by admins; the last result by the daily refresh.
  needsFeeds: defineTable(fields.needsFeed),

  // Written by the weekly run alone. Kept.
  distributionRuns: defineTable(fields.distributionRun)
    .index("by_week", ["weekStartDate"])
    .index("by_state", ["state"])
    .index("by_starter", ["startedBy"]),
  cityRuns: defineTable(fields.cityRun).index("by_week_and_city", ["weekStartDate", "cityKey"]),
  allocations: defineTable(fields.allocation)
    .index("by_stream", ["weekStartDate", "cityKey", "stream", "position"])
    .index("by_week_and_amount", ["weekStartDate", "amount"])
    .index("by_charity", ["charityId", "weekStartDate"]),
  distributions: defineTable(fields.distribution)
    .index("by_subscription", ["subscriptionId", "weekStartDate"])
    .index("by_charity", ["charityId", "weekStartDate"])
    .index("by_week", ["weekStartDate"]),

  // The weekly report of each giver. Written after the week's run. Kept.
  reports: defineTable(fields.report)
    .index("by_user", ["userId", "weekStartDate"])
    .index("by_week", ["weekStartDate"]),
});

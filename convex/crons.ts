import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.js";

const crons = cronJobs();

// Off the top of the hour, when everybody else's jobs run.
crons.hourly("sync-luma-events", { minuteUTC: 17 }, internal.events.sync.runFullEventSync, {});
crons.interval("update-event-statuses", { minutes: 1 }, internal.clock.updateStatuses, {});
crons.interval("send-reminders", { minutes: 1 }, internal.clock.remind, {});
crons.interval("send-agendas", { minutes: 1 }, internal.clock.sendAgendas, {});
crons.daily("sweep-announcements", { hourUTC: 3, minuteUTC: 41 }, internal.sweep.expired, {
  rule: "announcements",
});
crons.daily("sweep-deliveries", { hourUTC: 3, minuteUTC: 52 }, internal.sweep.expired, {
  rule: "deliveries",
});
crons.hourly("sweep-dialogs", { minuteUTC: 23 }, internal.sweep.expired, { rule: "dialogs" });
crons.interval("sweep-webhook-events", { minutes: 10 }, internal.sweep.expired, {
  rule: "webhookEvents",
});
crons.daily("follow-member-roles", { hourUTC: 4, minuteUTC: 11 }, internal.memberRoles.reconcile, {
  cursor: null,
});
crons.daily("sweep-join-requests", { hourUTC: 4, minuteUTC: 33 }, internal.sweep.expired, {
  rule: "joinRequests",
});
crons.daily("sweep-chat-rate-limits", { hourUTC: 4, minuteUTC: 18 }, internal.sweep.expired, {
  rule: "chatRateLimits",
});
crons.daily("sweep-queues", { hourUTC: 4, minuteUTC: 41 }, internal.sweep.expired, {
  rule: "queues",
});
crons.daily("sweep-rate-limits", { hourUTC: 4, minuteUTC: 26 }, internal.sweep.expired, {
  rule: "rateLimits",
});
crons.hourly("sweep-link-codes", { minuteUTC: 53 }, internal.sweep.expired, { rule: "linkCodes" });
crons.hourly("sweep-receipts", { minuteUTC: 55 }, internal.sweep.expired, { rule: "receipts" });
crons.daily("watch-giving", { hourUTC: 4, minuteUTC: 47 }, internal.giving.watch, {
  status: "active",
  cursor: null,
});

// Mondays, for the week that has ended; the reports follow by themselves, the second cron only takes
// up what was left lying.
crons.weekly(
  "weekly-distribution",
  { dayOfWeek: "monday", hourUTC: 6, minuteUTC: 13 },
  internal.scheduled.weeklyDistribution,
  {},
);
crons.weekly(
  "generate-weekly-reports",
  { dayOfWeek: "monday", hourUTC: 8, minuteUTC: 13 },
  internal.scheduled.generateWeeklyReports,
  {},
);
crons.interval("resume-runs", { minutes: 10 }, internal.scheduled.resumeRuns, {});
crons.daily("check-books", { hourUTC: 4, minuteUTC: 3 }, internal.scheduled.checkBooks, {});
crons.daily(
  "update-needs-data",
  { hourUTC: 5, minuteUTC: 37 },
  internal.scheduled.updateNeedsData,
  {},
);

export default crons;

/** Every reason for which a function can say no. Each has a text `refusal.<code>`. */
export const refusalCodes = [
  "not-signed-in",
  "no-account",
  "suspended",
  "banned",
  "members-only",
  "still-pending",
  "moderators-only",
  "admins-only",
  "bots-only",
  "no-such-event",
  "no-such-organization",
  "no-such-channel",
  "no-such-delivery",
  "slug-taken",
  "bad-name",
  "bad-timezone",
  "bad-luma-url",
  "bad-event",
  "no-encryption-key",
  "no-calendar",
  "cannot-retry",
  "bad-goal",
  "bad-motivation",
  "bad-other-names",
  "already-applied",
  "too-many-applications",
  "already-member",
  "not-pending",
  "not-barred",
  "no-such-application",
  "no-such-person",
  "not-yourself",
  "not-a-member",
  "last-admin",
  "bad-email",
  "email-taken",
  "bad-username",
  "username-taken",
  "bad-link",
  "bad-role",
  "too-long",
  "private-only",
  "too-many-tries",
  "code-unknown",
  "code-used",
  "code-expired",
  "code-not-yours",
  "second-account",
  "linked-elsewhere",
  "last-way-in",
  "no-linking",
  "bad-request",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Reads a refusal back from what a Convex client threw; null for every other error. */
export function refusalOf(error: unknown): RefusalCode | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("refusal" in data)) return null;
  return refusalCodes.find((code) => code === data.refusal) ?? null;
}

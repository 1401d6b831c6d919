/** What a person is to the community: what they may do follows from it, in Convex alone. */
export const accessLevels = [
  "stranger",
  "incomplete",
  "pending",
  "member",
  "moderator",
  "admin",
  "suspended",
  "banned",
] as const;
export type AccessLevel = (typeof accessLevels)[number];

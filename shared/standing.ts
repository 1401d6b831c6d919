/** What a person is to the community: what they may do follows from it, in Convex alone. */
export const standings = [
  "stranger",
  "incomplete",
  "pending",
  "member",
  "moderator",
  "admin",
  "suspended",
  "banned",
] as const;
export type Standing = (typeof standings)[number];

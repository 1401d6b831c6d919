import { v } from "convex/values";
import { refusalCodes } from "../../../shared/refusals.ts";

export const platform = v.union(v.literal("telegram"), v.literal("discord"));
export const locale = v.union(v.literal("en"), v.literal("es"));

/** Why something was refused, where that is an answer and no error. */
export const refusalCode = v.union(...refusalCodes.map((code) => v.literal(code)));

/** What can be announced. */
export const kind = v.union(
  v.literal("new"),
  v.literal("moved"),
  v.literal("cancelled"),
  v.literal("reminder"),
  v.literal("agenda"),
);
/**
 * What a channel can want to hear: announcements of events and of weekly distributions, and the
 * cards on which moderators decide applications and admins charities.
 */
export const channelKind = v.union(
  ...kind.members,
  v.literal("distribution"),
  v.literal("application"),
  v.literal("charity"),
);

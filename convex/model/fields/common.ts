import { v } from "convex/values";
import { refusalCodes } from "../../../shared/refusals.ts";

export const platform = v.union(v.literal("telegram"), v.literal("discord"));
export const locale = v.union(v.literal("en"), v.literal("es"));

/** A refusal that is returned as data instead of thrown. */
export const refusalCode = v.union(...refusalCodes.map((code) => v.literal(code)));

/** Kinds of announcements. */
export const kind = v.union(
  v.literal("new"),
  v.literal("moved"),
  v.literal("cancelled"),
  v.literal("reminder"),
  v.literal("agenda"),
);
/**
 * What a channel can subscribe to: announcements of events and of weekly distributions, and the
 * cards on which moderators decide applications and admins decide charities.
 */
export const channelKind = v.union(
  ...kind.members,
  v.literal("distribution"),
  v.literal("application"),
  v.literal("charity"),
);

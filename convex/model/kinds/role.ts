import { type Infer, v } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { DeliveryTask, Obsolete } from "../deliveries/kind.ts";
import { noteRole, shouldHaveRole } from "../people/memberRoles.ts";
import { accountOf, type DeliveryOf } from "./defaults.ts";

// Discord: brings a person's member role in line with their membership. Whether it is granted or
// removed is decided when it is leased.

export const task = v.object({
  kind: v.literal("role"),
  orgId: v.id("organizations"),
  /** What the last lease decided. */
  isGranted: v.optional(v.boolean()),
});

export const payload = v.object({
  kind: v.literal("role"),
  guildId: v.string(),
  /** The role's id or name. */
  role: v.string(),
  isGranted: v.boolean(),
});

export const isRepeatable = true;

export async function load(
  ctx: MutationCtx,
  delivery: DeliveryOf<"role">,
): Promise<Infer<typeof payload> | Obsolete> {
  const { orgId } = delivery.task;
  const org = await ctx.db.get("organizations", orgId);
  const { discordGuildId: guildId, discordMemberRole: role } = org ?? {};
  if (guildId === undefined || role === undefined)
    return { state: "cancelled", reason: "the organization names no member role" };
  const account = await accountOf(ctx, delivery);
  const isGranted = await shouldHaveRole(ctx, account);
  // A user's account that was never given the role has not got it; of others nothing is known.
  const known =
    account?.memberRoles?.[orgId] ?? (account?.userId === undefined ? undefined : false);
  if (known === isGranted) return { state: "suppressed", reason: "it is so already" };
  return { kind: "role", guildId, role, isGranted };
}

export async function leased(
  _ctx: unknown,
  delivery: DeliveryOf<"role">,
  { isGranted }: Infer<typeof payload>,
): Promise<DeliveryTask> {
  return await Promise.resolve({ ...delivery.task, isGranted });
}

export async function sent(ctx: MutationCtx, delivery: DeliveryOf<"role">): Promise<void> {
  const { orgId, isGranted } = delivery.task;
  const account = isGranted === undefined ? null : await accountOf(ctx, delivery);
  if (account && isGranted !== undefined) await noteRole(ctx, account, orgId, isGranted);
}

export async function title(ctx: QueryCtx, { task }: DeliveryOf<"role">): Promise<string> {
  return (await ctx.db.get("organizations", task.orgId))?.name ?? "";
}

// @vitest-environment edge-runtime
import type { FunctionReference } from "convex/server";
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { emptyProfile } from "../../convex/model/callers/users.ts";
import { as, begin, makeChannel, type Plaza, startPlaza } from "../support/convex/plaza.ts";

// What it costs to look for somebody does not grow with the community.

type Status = "pending" | "active";

/** So many people, every second of them waiting, the others members who had applied. */
async function plazaWithPeople(count: number) {
  const t = startPlaza();
  await as(t, "discord:2001").mutation(api.chatAccounts.arrive, { name: "Leo" });
  for (let at = 0; at < 4; at++) await makeChannel(t, { chatId: `-${at}`, kinds: ["application"] });
  const ids: { userId: Id<"users">; applicationId: Id<"applications"> }[] = [];
  for (let from = 0; from < count; from += 500)
    await t.run(async ({ db }) => {
      for (let number = from; number < Math.min(from + 500, count); number++) {
        const accountStatus: Status = number % 2 === 0 ? "pending" : "active";
        const userId = await db.insert("users", {
          role: "member",
          accountStatus,
          plan: "free",
          primaryAuthMethod: "social",
          storageUsedBytes: 0,
          lastLoginAt: begin,
          username: `user${number}`,
        });
        await db.insert("profiles", { ...emptyProfile(userId), profileVisibility: "public" });
        const platform = "telegram" as const;
        const who = { platform, platformUserId: `${7000 + number}` };
        await db.insert("chatAccounts", { ...who, userId, settingsChangedAt: begin });
        const applicationId = await db.insert("applications", {
          ...who,
          userId,
          goal: "To learn",
          motivation: "Curious",
          name: `Person ${number}`,
          who: `Person ${number}`,
          status: accountStatus === "pending" ? "pending" : "approved",
          appliedAt: begin,
          version: 1,
        });
        ids.push({ userId, applicationId });
      }
    });
  return { t, ids };
}

/** How many documents one call reads. */
async function cost(
  t: Plaza,
  subject: string,
  call: FunctionReference<"query"> | FunctionReference<"mutation">,
  args: Record<string, unknown>,
): Promise<number> {
  return await as(t, subject).mutation(async (ctx) => {
    await ctx.runMutation(call as FunctionReference<"mutation">, args);
    return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
  });
}

async function queryCost(
  t: Plaza,
  subject: string,
  query: FunctionReference<"query">,
  args: Record<string, unknown>,
): Promise<number> {
  return await as(t, subject).query(async (ctx) => {
    await ctx.runQuery(query, args);
    return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
  });
}

async function costs(count: number): Promise<Record<string, number>> {
  const { t, ids } = await plazaWithPeople(count);
  const leo = "discord:2001";
  const [first, second, third] = ids;
  const page = { paginationOpts: { numItems: 10, cursor: null } };
  const { pending, suggest, find, decide, submit } = api.applications;
  const applicationId = first?.applicationId;
  const approve = { applicationId, decision: "approve" };
  const form = { goal: "To learn", motivation: "Curious", name: "New" };
  return {
    pending: await queryCost(t, leo, pending, {}),
    "suggest without a letter": await queryCost(t, leo, suggest, { typed: "" }),
    suggest: await queryCost(t, leo, suggest, { typed: "person" }),
    "find by id": await queryCost(t, leo, find, { who: third?.applicationId }),
    "find by name": await queryCost(t, leo, find, { who: "person 20" }),
    approve: await cost(t, leo, decide, approve),
    "approve again": await cost(t, leo, decide, approve),
    "profile by id": await queryCost(t, leo, api.profiles.get, { who: second?.userId }),
    "profile by username": await queryCost(t, leo, api.profiles.get, { who: "user3" }),
    "users in a status": await queryCost(t, leo, api.users.list, {
      accountStatus: "active",
      ...page,
    }),
    "arrive as a stranger": await cost(t, "telegram:1", api.chatAccounts.arrive, { name: "A" }),
    "arrive as a member": await cost(t, "telegram:7001", api.chatAccounts.arrive, { name: "B" }),
    me: await queryCost(t, "telegram:7001", api.users.me, {}),
    export: await queryCost(t, "telegram:7001", api.users.exportMine, {}),
    submit: await cost(t, "telegram:2", submit, form),
    "change a role": await cost(t, leo, api.users.setRole, {
      userId: second?.userId,
      role: "moderator",
    }),
    suspend: await cost(t, leo, api.users.setStatus, { userId: second?.userId, event: "suspend" }),
  };
}

test("what is read of people does not grow with them", async () => {
  // Two hundred are enough for every bound to be reached.
  const [few, many] = [await costs(220), await costs(3000)];
  expect(many).toEqual(few);
  for (const [name, read] of Object.entries(many))
    expect([name, read <= 120]).toEqual([name, true]);
});

import fc from "fast-check";
import { convexTest } from "convex-test";
import { describe, expect, test } from "vitest";
import type { Doc, Id } from "../../convex/_generated/dataModel.js";
import type { MutationCtx } from "../../convex/_generated/server.js";
import { folded, mergeUsers, references } from "../../convex/model/accounts/merge.ts";
import schema from "../../convex/schema.ts";
import { api } from "../../convex/_generated/api.js";
import { linkByCode, makePerson, plazaWithPrivy, userBehind } from "../support/convex/people.ts";
import {
  as,
  begin,
  modules,
  type Plaza,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

// Two users become one.

const accountStatus = fc.constantFrom(
  ...(["incomplete", "pending", "active", "suspended", "banned"] as const),
);
const gravest = ["banned", "suspended", "active", "pending", "incomplete"] as const;
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const side = fc.record({
  user: fc.record(
    {
      displayName: fc.string({ maxLength: 5 }),
      bio: fc.string({ maxLength: 5 }),
      extWallet: fc.constantFrom("0x1", "0x2"),
      city: fc.constantFrom("Puebla", "Vigo"),
      locale: fc.constantFrom("en" as const, "es" as const),
      timezone: fc.constant("UTC"),
    },
    { requiredKeys: [] },
  ),
  hasEmail: fc.boolean(),
  hasUsername: fc.boolean(),
  accountStatus,
  role: fc.constantFrom("member" as const, "moderator" as const, "admin" as const),
  bounties: fc.nat(9),
  tracks: fc.uniqueArray(fc.constantFrom("ai" as const, "crypto" as const, "privacy" as const)),
  visibility: fc.constantFrom("public" as const, "members" as const, "private" as const),
  github: some(fc.constantFrom("https://github.com/a", "https://github.com/b")),
  applications: fc.array(
    fc.constantFrom("approved" as const, "rejected" as const, "withdrawn" as const),
    { maxLength: 3 },
  ),
  isWaiting: fc.boolean(),
  reviewed: fc.nat(3),
  entries: fc.nat(4),
  mergedBefore: fc.nat(2),
});
type Side = typeof side extends fc.Arbitrary<infer T> ? T : never;

const application = {
  goal: "g",
  motivation: "m",
  name: "n",
  who: "n",
  platform: "telegram" as const,
  platformUserId: "1",
  version: 1,
};

async function fill(t: Plaza, label: "a" | "b", given: Side, stranger: Id<"users">) {
  const user = await makePerson(t, {
    ...JSON.parse(JSON.stringify(given.user)),
    accountStatus: given.accountStatus,
    role: given.role,
    ...(given.hasEmail && { email: `${label}@example.com` }),
    ...(given.hasUsername && { username: label }),
    chats: [label === "a" ? "telegram:1" : "discord:2"],
  });
  await t.run(async (ctx) => {
    const profile = await ctx.db
      .query("profiles")
      .withIndex("by_user_id", (q) => q.eq("userId", user._id))
      .unique();
    if (profile)
      await ctx.db.patch("profiles", profile._id, {
        completedBounties: given.bounties,
        learningTracks: given.tracks,
        profileVisibility: given.visibility,
        ...(given.github && { githubUrl: given.github }),
      });
    const base = { ...application, userId: user._id };
    for (const status of given.applications)
      await ctx.db.insert("applications", { ...base, status, appliedAt: begin - 1000 });
    if (given.isWaiting)
      await ctx.db.insert("applications", {
        ...base,
        status: "pending",
        appliedAt: label === "a" ? begin - 10 : begin - 20,
      });
    for (let n = 0; n < given.reviewed; n++)
      await ctx.db.insert("applications", {
        ...application,
        userId: stranger,
        status: "rejected",
        appliedAt: begin,
        reviewer: user._id,
      });
    for (let n = 0; n < given.entries; n++)
      await ctx.db.insert("auditLog", {
        action: "role",
        actor: n % 2 ? stranger : user._id,
        subject: n % 2 ? user._id : stranger,
        from: "telegram",
        at: begin,
      });
    for (let n = 0; n < given.mergedBefore; n++) {
      const { role, accountStatus, plan, primaryAuthMethod, storageUsedBytes } = user;
      await ctx.db.insert("users", {
        role,
        accountStatus,
        plan,
        primaryAuthMethod,
        storageUsedBytes,
        lastLoginAt: begin,
        deletedAt: begin,
        mergedInto: user._id,
      });
    }
  });
  return user;
}

async function merge(t: Plaza, one: Doc<"users">, other: Doc<"users">) {
  const kept = await t.run(
    async (ctx) => await mergeUsers(ctx as MutationCtx, one, other, "test", begin),
  );
  await settled(t);
  return kept;
}

/** How many rows name this user, by table and field. */
async function naming(t: Plaza, userId: Id<"users">): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { table, field } of [...references, ...folded]) {
    const found = (await rows(t, table)) as Record<string, unknown>[];
    counts[`${table}.${field}`] = found.filter((row) => row[field] === userId).length;
  }
  return counts;
}

describe("whatever both have done", () => {
  test("nothing is lost, nothing names who is gone, and a bar stays", async () => {
    startPlaza();
    await fc.assert(
      fc.asyncProperty(side, side, async (left, right) => {
        const t = convexTest({ schema, modules, transactionLimits: true });
        const stranger = await makePerson(t, {});
        const a = await fill(t, "a", left, stranger._id);
        const b = await fill(t, "b", right, stranger._id);
        const before = [await naming(t, a._id), await naming(t, b._id)] as const;
        const kept = await merge(t, a, b);
        expect(kept).toBe(a._id);

        const after = await naming(t, a._id);
        for (const [field, count] of Object.entries(before[0])) {
          const own = field === "users.mergedInto" ? 1 : 0;
          const said = field.startsWith("auditLog.") ? 1 : 0;
          const both = field === "profiles.userId" ? 1 : count + (before[1][field] ?? 0);
          expect([field, after[field]]).toEqual([field, both + own + said]);
        }
        expect(Object.values(await naming(t, b._id)).every((count) => count === 0)).toBe(true);

        const users = await rows(t, "users");
        const one = users.find(({ _id }) => _id === a._id);
        const gone = users.find(({ _id }) => _id === b._id);
        expect(gone).toMatchObject({ deletedAt: begin, mergedInto: a._id });
        for (const name of [
          "email",
          "username",
          "displayName",
          "bio",
          "extWallet",
          "city",
        ] as const)
          expect(one?.[name]).toBe(a[name] ?? b[name]);
        const statuses = [left.accountStatus, right.accountStatus];
        expect(one?.accountStatus).toBe(gravest.find((status) => statuses.includes(status)));
        const isBlocked = statuses.some((status) => ["banned", "suspended"].includes(status));
        const ranks = ["member", "moderator", "admin"];
        const rank = Math.max(ranks.indexOf(left.role), ranks.indexOf(right.role));
        expect(ranks.indexOf(one?.role ?? "")).toBe(isBlocked ? 0 : rank);
        const [profile] = (await rows(t, "profiles")).filter(({ userId }) => userId === a._id);
        expect(profile?.completedBounties).toBe(left.bounties + right.bounties);
        expect(new Set(profile?.learningTracks)).toEqual(
          new Set([...left.tracks, ...right.tracks]),
        );
        const open = ["public", "members", "private"];
        expect(open.indexOf(profile?.profileVisibility ?? "")).toBe(
          Math.max(open.indexOf(left.visibility), open.indexOf(right.visibility)),
        );
        const waiting = (await rows(t, "applications")).filter(
          ({ status }) => status === "pending",
        );
        const isWaiting = !isBlocked && (left.isWaiting || right.isWaiting);
        expect(waiting).toHaveLength(isWaiting ? 1 : 0);
        const older = right.isWaiting ? begin - 20 : begin - 10;
        expect(waiting.every(({ appliedAt }) => appliedAt === older)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

test("more rows than one transaction moves follow by themselves", async () => {
  const { t } = await plazaWithPrivy();
  await makePerson(t, { chats: ["telegram:77"] });
  const newer = await makePerson(t, { privyDid: "did:privy:mia", chats: ["discord:88"] });
  await t.run(async (ctx) => {
    for (let n = 0; n < 1500; n++)
      await ctx.db.insert("auditLog", {
        action: "role",
        actor: newer._id,
        subject: newer._id,
        from: "telegram",
        at: begin,
      });
  });
  await linkByCode(t, "telegram:77", "did:privy:mia");
  // The person is whole at once, whatever is still on its way.
  expect((await userBehind(t, "discord:88"))?._id).toBe((await userBehind(t, "telegram:77"))?._id);
  const left = async () => (await naming(t, newer._id))["auditLog.subject"] ?? 0;
  expect(await left()).toBeGreaterThan(500);
  await settled(t);
  expect(await left()).toBe(0);
});

test("of two that wait the older application stays, and the other is withdrawn", async () => {
  const { t } = await plazaWithPrivy();
  const form = { goal: "g", motivation: "m" };
  for (const [subject, name] of [
    ["telegram:77", "Mia"],
    ["discord:88", "mia"],
  ] as const)
    await as(t, subject).mutation(api.applications.submit, { ...form, name });
  await settled(t);
  const did = "did:privy:mia";
  await linkByCode(t, "discord:88", did);
  await linkByCode(t, "telegram:77", did);
  const applications = await rows(t, "applications");
  expect(applications.map(({ platform, status }) => [platform, status])).toEqual([
    ["telegram", "pending"],
    ["discord", "withdrawn"],
  ]);
  expect(await userBehind(t, "discord:88")).toMatchObject({ accountStatus: "pending" });
  // It is still the one that waits, though the other was made after it.
  const mine = await as(t, "discord:88").query(api.applications.mine, {});
  expect(mine).toMatchObject({ status: "pending" });
});

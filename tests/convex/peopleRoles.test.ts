import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { makePerson, refused, userBehind } from "../support/convex/people.ts";
import { admin, moderator, owed, plazaWithModerators } from "../support/convex/applications.ts";
import { as, leo, minute, pass, type Plaza, rows } from "../support/convex/plaza.ts";

// Who is an admin by configuration, and what admins make of others.

const inTelegram = "telegram:810";

async function idOf(t: Plaza, subject: string): Promise<Id<"users">> {
  const user = await userBehind(t, subject);
  if (!user) throw new Error(`there is no ${subject}`);
  return user._id;
}

/** Moderators, an admin, and Leo, whom the configuration makes one. */
async function plazaWithLeo(): Promise<Plaza> {
  const t = await plazaWithModerators();
  await as(t, leo).mutation(api.chatAccounts.arrive, { name: "Leo" });
  return t;
}

describe("an admin of the configuration", () => {
  test("is one at their first word, once", async () => {
    const t = await plazaWithLeo();
    const say = async () => await as(t, leo).mutation(api.chatAccounts.arrive, { name: "Leo" });
    expect((await say()).accessLevel).toBe("admin");
    await pass(t, minute);
    expect((await say()).accessLevel).toBe("admin");
    const log = (await rows(t, "auditLog")).filter(({ from }) => from === "configuration");
    expect(log).toHaveLength(1);
    expect(await userBehind(t, leo)).toMatchObject({ role: "admin", accountStatus: "active" });
  });

  test("who was demoted stays demoted", async () => {
    const t = await plazaWithLeo();
    await as(t, leo).mutation(api.chatAccounts.arrive, { name: "Leo" });
    const userId = (await userBehind(t, leo))?._id;
    if (!userId) throw new Error("there is no admin");
    await as(t, admin).mutation(api.users.setRole, { userId, role: "member" });
    expect((await as(t, leo).mutation(api.chatAccounts.arrive, { name: "Leo" })).accessLevel).toBe(
      "member",
    );
    expect(await refused(as(t, leo).query(api.deliveries.list, {}))).toBe("admins-only");
    expect((await userBehind(t, leo))?.role).toBe("member");
  });

  test("who was suspended before their first word is suspended", async () => {
    const t = await plazaWithLeo();
    await makePerson(t, { accountStatus: "suspended", chats: ["discord:2001"] });
    expect(
      (await as(t, "discord:2001").mutation(api.chatAccounts.arrive, { name: "Leo" })).accessLevel,
    ).toBe("suspended");
  });

  test("of Privy is one when they sign in", async () => {
    const t = await plazaWithLeo();
    vi.stubEnv("IDENTITY_PROVIDERS", "privy");
    vi.stubEnv("PRIVY_APP_ID", "plaza-test");
    vi.stubEnv("ADMIN_PRIVY_DIDS", "did:privy:ada");
    const asAda = t.withIdentity({ issuer: "privy.io", subject: "did:privy:ada" });
    await asAda.mutation(api.auth.createUserFromPrivy, {});
    const ada = (await rows(t, "users")).find(({ privyDid }) => privyDid === "did:privy:ada");
    expect(ada).toMatchObject({ role: "admin", accountStatus: "active", wasBootstrapped: true });
  });
});

describe("roles and statuses are given by admins", () => {
  const change = {
    demote: async (t: Plaza, by: string, userId: Id<"users">) =>
      await refused(as(t, by).mutation(api.users.setRole, { userId, role: "member" })),
    suspend: async (t: Plaza, by: string, userId: Id<"users">) =>
      await refused(as(t, by).mutation(api.users.setStatus, { userId, event: "suspend" })),
    promote: async (t: Plaza, by: string, userId: Id<"users">) =>
      await refused(as(t, by).mutation(api.users.setRole, { userId, role: "admin" })),
  };
  test("the last admin cannot be demoted, by themselves either; with another one they can", async () => {
    const t = await plazaWithLeo();
    const first = await idOf(t, leo);
    expect(await change.demote(t, admin, first)).toBe("allowed");
    expect(await change.demote(t, admin, await idOf(t, admin))).toBe("last-admin");
    expect(await change.promote(t, admin, await idOf(t, moderator))).toBe("allowed");
    expect(await change.demote(t, moderator, await idOf(t, admin))).toBe("allowed");
  });

  test("the last admin cannot delete themselves; with another one they can", async () => {
    const t = await plazaWithLeo();
    const away = async (subject: string) =>
      await refused(as(t, subject).mutation(api.users.softDelete, {}));
    expect(await away(leo)).toBe("allowed");
    expect(await away(admin)).toBe("last-admin");
  });

  test("an admin who is barred does not count as another one", async () => {
    const t = await plazaWithLeo();
    expect(await change.suspend(t, admin, await idOf(t, leo))).toBe("allowed");
    expect(await change.demote(t, admin, await idOf(t, admin))).toBe("last-admin");
  });

  test("nobody bars themselves", async () => {
    const t = await plazaWithLeo();
    expect(await change.suspend(t, admin, await idOf(t, admin))).toBe("not-yourself");
    expect(await change.suspend(t, leo, await idOf(t, admin))).toBe("allowed");
  });

  test.each(["incomplete", "pending", "suspended", "banned"] as const)(
    "nobody who is %s gets a role",
    async (accountStatus) => {
      const t = await plazaWithLeo();
      const { _id } = await makePerson(t, { accountStatus, chats: [inTelegram] });
      expect(await change.promote(t, admin, _id)).toBe("not-a-member");
    },
  );

  test("a new role is written down and told, once", async () => {
    const t = await plazaWithLeo();
    const { _id } = await makePerson(t, { accountStatus: "active", chats: [inTelegram] });
    for (let time = 0; time < 2; time++)
      expect(await change.promote(t, admin, _id)).toBe("allowed");
    const log = (await rows(t, "auditLog")).filter(({ subject }) => subject === _id);
    expect(log).toMatchObject([{ action: "role", detail: "admin", from: "telegram" }]);
    expect(await owed(t, "notice")).toHaveLength(1);
  });
});

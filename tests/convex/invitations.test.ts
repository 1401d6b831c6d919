import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { as, begin, leo, type Plaza, rows, startPlaza } from "../support/convex/plaza.ts";

const email = "nora@example.com";

/** Clerk or Privy says that the email is somebody's. */
const ways = {
  clerk: async (t: Plaza) => {
    const user = { clerkId: "user_1", updatedAt: begin, email, displayName: "Nora" };
    await t.mutation(internal.identityWebhooks.takeClerk, {
      id: "msg_1",
      event: { is: "there", user },
    });
  },
  privy: async (t: Plaza) => {
    const user = { primaryAuthMethod: "social", role: "member", plan: "free" } as const;
    await t.run(async (ctx) => {
      await ctx.db.insert("users", {
        ...user,
        accountStatus: "incomplete",
        storageUsedBytes: 0,
        lastLoginAt: begin,
        privyDid: "did:privy:nora",
      });
    });
    const person = { did: "did:privy:nora", email, name: "n…@example.com" };
    await t.mutation(internal.auth.fill, { person });
  },
};

async function invite(t: Plaza) {
  return await as(t, leo).mutation(api.users.create, { email, displayName: "Nora" });
}
const living = async (t: Plaza) =>
  (await rows(t, "users")).filter((row) => row.email === email && row.deletedAt === undefined);

describe.each(Object.entries(ways))("an invitation by email, answered by %s", (_name, comes) => {
  test("makes room for who comes with that email", async () => {
    const t = startPlaza();
    const invited = await invite(t);
    await comes(t);
    const [user, ...others] = await living(t);
    expect(others).toEqual([]);
    expect(user?._id).not.toBe(invited);
    expect((await rows(t, "users")).find(({ _id }) => _id === invited)).toMatchObject({
      mergedInto: user?._id,
    });
  });

  test("leaves the email with somebody who has a way in already", async () => {
    const t = startPlaza();
    const invited = await invite(t);
    await t.run((ctx) => ctx.db.patch("users", invited, { clerkId: "user_0" }));
    await comes(t);
    expect((await living(t)).map(({ _id }) => _id)).toEqual([invited]);
  });

  test("lifts no bar: a banned one stays who it is", async () => {
    const t = startPlaza();
    const invited = await invite(t);
    await as(t, leo).mutation(api.users.setStatus, { userId: invited, event: "ban" });
    await comes(t);
    expect((await living(t)).map(({ _id }) => _id)).toEqual([invited]);
  });
});

test("an email is invited once, and only as one", async () => {
  const t = startPlaza();
  await invite(t);
  await expect(invite(t)).rejects.toThrow("email-taken");
  const create = as(t, leo).mutation(api.users.create, { email: "no address" });
  await expect(create).rejects.toThrow("bad-email");
});

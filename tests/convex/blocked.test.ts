import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  ask,
  asPrivy,
  codeFor,
  linkByCode,
  makePerson,
  plazaWithPrivy,
  refused,
} from "../support/convex/people.ts";
import { as, pass, minute, type Plaza, rows } from "../support/convex/plaza.ts";
import { send } from "../support/convex/signedWebhooks.ts";

// Who is suspended or banned stays so, whatever they do to their account, and whichever of their
// ways in they come back by.

const old = "did:privy:old";
const fresh = "did:privy:fresh";
const clerkSecret = `whsec_${btoa("a secret of Clerk's, long enough")}`;

type World = { t: Plaza; fromPrivy: Tell; fromClerk: Tell };
type Tell = (body: unknown) => Promise<number>;
const telegram = { type: "telegram", telegram_user_id: "77" };

/** What they try; what they get. `via` is who they come back as afterwards. */
const attempts: Record<
  string,
  { try: (world: World) => Promise<unknown>; answer: unknown; comesBack: string[] }
> = {
  "takes the chat out": {
    try: async ({ t }) => await refused(as(t, "telegram:77").mutation(api.links.unlink, {})),
    answer: "barred",
    comesBack: ["telegram:77", old],
  },
  "deletes the account": {
    try: async ({ t }) => await refused(as(t, "telegram:77").mutation(api.users.softDelete, {})),
    answer: "allowed",
    comesBack: ["telegram:77", "discord:88", old],
  },
  "deletes the account and links anew": {
    try: async ({ t }) => {
      await as(t, "telegram:77").mutation(api.users.softDelete, {});
      return await as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
    },
    answer: { linked: true, as: "Privy …:old" },
    comesBack: ["telegram:77", old],
  },
  "unlinks the chat in Privy": {
    try: async ({ fromPrivy }) =>
      await fromPrivy({ type: "user.unlinked_account", user: { id: old }, account: telegram }),
    answer: 200,
    comesBack: ["telegram:77", old],
  },
  "becomes another Privy user": {
    try: async ({ fromPrivy }) =>
      await fromPrivy({
        type: "user.transferred_account",
        fromUser: { id: old },
        toUser: { id: fresh },
        account: telegram,
      }),
    answer: 200,
    comesBack: ["telegram:77", old, fresh],
  },
  "becomes a Privy user who is a member already": {
    try: async ({ t, fromPrivy }) => {
      await makePerson(t, { privyDid: fresh, accountStatus: "active", chats: ["telegram:99"] });
      return await fromPrivy({
        type: "user.transferred_account",
        fromUser: { id: old },
        toUser: { id: fresh },
        account: { type: "email", address: "mia@example.com" },
      });
    },
    answer: 200,
    comesBack: ["telegram:77", old, fresh, "telegram:99"],
  },
  "is deleted in Clerk, and comes back there": {
    try: async ({ fromClerk }) => {
      await fromClerk({ type: "user.deleted", data: { id: "user_1" } });
      const data = { id: "user_1", updated_at: Date.now(), first_name: "New", email_addresses: [] };
      return await fromClerk({ type: "user.created", data });
    },
    answer: 200,
    comesBack: ["telegram:77", "discord:88", old],
  },
  "links the chat to a new Privy user, by a code from before": {
    try: async ({ t }) => {
      const userId = (await rows(t, "users"))[0]?._id;
      if (!userId) throw new Error("nobody");
      await t.run((ctx) => ctx.db.patch("users", userId, { privyDid: undefined }));
      const code = await codeFor(t, "telegram:77");
      await t.run((ctx) => ctx.db.patch("users", userId, { privyDid: old }));
      await ask(t, fresh, "look", { code });
      return await ask(t, fresh, "finish", { code });
    },
    answer: { status: 403, refusal: "linked-elsewhere" },
    comesBack: ["telegram:77", old],
  },
  "signs in with Privy again": {
    try: async ({ t }) => await refused(asPrivy(t, old).mutation(api.auth.createUserFromPrivy, {})),
    answer: "allowed",
    comesBack: [old],
  },
};

async function standingOf(t: Plaza, who: string): Promise<string | undefined> {
  if (!who.startsWith("did:"))
    return (await as(t, who).mutation(api.chatAccounts.arrive, { name: "Mia" })).accessLevel;
  const userId = await asPrivy(t, who).mutation(api.auth.createUserFromPrivy, {});
  return (await rows(t, "users")).find(({ _id }) => _id === userId)?.accountStatus;
}

describe.each(["suspended", "banned"] as const)("%s", (status) => {
  async function world() {
    const { t, privy } = await plazaWithPrivy();
    vi.stubEnv("CLERK_WEBHOOK_SECRET", clerkSecret);
    const chats = ["telegram:77", "discord:88"];
    const barred = { accountStatus: status, statusBefore: "active", via: "privy" } as const;
    await makePerson(t, {
      ...barred,
      privyDid: old,
      clerkId: "user_1",
      email: "mia@example.com",
      chats,
    });
    return {
      t,
      fromPrivy: async (body: unknown) =>
        await send(t, "privy", body, { secret: privy.webhookSecret }),
      fromClerk: async (body: unknown) => await send(t, "clerk", body, { secret: clerkSecret }),
    };
  }

  test.each(Object.keys(attempts))("%s", async (what) => {
    const made = await world();
    const attempt = attempts[what];
    const answer = await attempt?.try(made);
    expect(answer).toEqual(attempt?.answer === "barred" ? status : attempt?.answer);
    await pass(made.t, minute);
    for (const who of attempt?.comesBack ?? [])
      expect([who, await standingOf(made.t, who)]).toEqual([who, status]);
  });

  test.each([
    ["the half in the chat", { chats: ["telegram:1"] }, { privyDid: fresh }],
    ["the half in Privy", { privyDid: fresh }, { chats: ["telegram:1"] }],
  ])("merges with a member: %s was barred", async (_which, barred, free) => {
    const { t } = await plazaWithPrivy();
    await makePerson(t, { ...free, accountStatus: "active", role: "admin" });
    await makePerson(t, { ...barred, accountStatus: status });
    expect(await linkByCode(t, "telegram:1", fresh)).toMatchObject({ ok: true });
    for (const who of ["telegram:1", fresh]) expect(await standingOf(t, who)).toBe(status);
    const one = (await rows(t, "users")).find(({ mergedInto }) => mergedInto === undefined);
    expect(one).toMatchObject({ statusBefore: "active" });
  });

  test("who is named an admin by the configuration does not become one by linking", async () => {
    const { t } = await plazaWithPrivy();
    vi.stubEnv("ADMIN_PRIVY_DIDS", fresh);
    await makePerson(t, { accountStatus: status, chats: ["telegram:1"] });
    await linkByCode(t, "telegram:1", fresh);
    expect(await standingOf(t, "telegram:1")).toBe(status);
    expect(await rows(t, "users")).toMatchObject([{ role: "member" }]);
  });

  test("who is only in a chat is barred in Privy as well, once linked", async () => {
    const { t } = await plazaWithPrivy();
    await makePerson(t, { accountStatus: status, chats: ["telegram:1"] });
    const code = await codeFor(t, "telegram:1");
    await ask(t, fresh, "look", { code });
    expect(await ask(t, fresh, "finish", { code })).toMatchObject({ ok: true });
    for (const who of ["telegram:1", fresh]) expect(await standingOf(t, who)).toBe(status);
  });

  test("what is personal goes all the same, and Clerk does not bring it back", async () => {
    const { t, fromClerk } = await world();
    await as(t, "telegram:77").mutation(api.users.softDelete, {});
    const verified = { status: "verified" };
    const mail = { id: "mail_1", email_address: "mia@example.com", verification: verified };
    const data = { id: "user_1", updated_at: Date.now(), primary_email_address_id: "mail_1" };
    await fromClerk({ type: "user.updated", data: { ...data, email_addresses: [mail] } });
    const left = { users: await rows(t, "users"), chats: await rows(t, "chatAccounts") };
    expect(JSON.stringify(left)).not.toMatch(/example\.com|Name of/);
    expect(await rows(t, "profiles")).toEqual([]);
  });
});

import { describe, expect, test, vi } from "vitest";
import type { PrivyEmulator } from "../../bots/sandbox/services/privy/index.ts";
import { api } from "../../convex/_generated/api.js";
import {
  linkByCode,
  makePerson,
  plazaWithPrivy,
  userBehind,
  userWith,
} from "../support/convex/people.ts";
import { as, everything, hour, minute, pass, type Plaza, rows } from "../support/convex/plaza.ts";
import { send, type Sent } from "../support/convex/signedWebhooks.ts";

const secret = `whsec_${btoa("a secret of Clerk's, long enough")}`;
const other = `whsec_${btoa("another one, which nobody knows.")}`;

async function plazaWithBoth() {
  const { t, privy } = await plazaWithPrivy();
  vi.stubEnv("CLERK_WEBHOOK_SECRET", secret);
  const fromPrivy = async (body: unknown, sent: Partial<Sent> = {}) =>
    await send(t, "privy", body, { secret: privy.webhookSecret, ...sent });
  const fromClerk = async (body: unknown, sent: Partial<Sent> = {}) =>
    await send(t, "clerk", body, { secret, ...sent });
  return { t, privy, fromPrivy, fromClerk };
}

const did = "did:privy:mia";
const telegram = { type: "telegram", telegram_user_id: "77" } as const;
const unlinked = { type: "user.unlinked_account", user: { id: did }, account: telegram };
const transferred = {
  type: "user.transferred_account",
  fromUser: { id: did },
  toUser: { id: "did:privy:new" },
  account: telegram,
  deletedUser: true,
};

/** Mia, linked because Privy knows her Telegram account. */
async function linkedByPrivy(t: Plaza, privy: PrivyEmulator) {
  const email = { type: "email", address: "mia@example.com" } as const;
  await privy.putUser({ id: did, accounts: [email, { ...telegram, username: "mia" }] });
  await as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
}

type ClerkUser = { id?: string; at?: number; email?: string | null; verified?: boolean };
function clerkSays(what: "created" | "updated" | "deleted", given: ClerkUser & { name?: string }) {
  const { id = "user_1", at = 1000, email = "mia@example.com", verified = true, name } = given;
  if (what === "deleted") return { type: "user.deleted", data: { id, deleted: true } };
  const verification = { status: verified ? "verified" : "unverified" };
  return {
    type: `user.${what}`,
    data: {
      id,
      updated_at: at,
      first_name: name ?? null,
      primary_email_address_id: email === null ? null : "mail_1",
      email_addresses: email === null ? [] : [{ id: "mail_1", email_address: email, verification }],
    },
  };
}

describe.each(["privy", "clerk"] as const)("%s: what is not surely theirs does nothing", (from) => {
  async function world() {
    const made = await plazaWithBoth();
    await linkedByPrivy(made.t, made.privy);
    const body = from === "privy" ? unlinked : clerkSays("created", { email: "new@example.com" });
    return { ...made, body, tell: from === "privy" ? made.fromPrivy : made.fromClerk };
  }

  test.each<[string, Partial<Sent>]>([
    ["forged", { secret: other }],
    ["altered", { altered: JSON.stringify({ ...unlinked, more: 1 }) }],
    ["six minutes old", { at: -6 * minute }],
    ["six minutes early", { at: 6 * minute }],
    ["without an id", { id: "" }],
  ])("%s", async (_what, { at, ...sent }) => {
    const { t, body, tell } = await world();
    const before = await everything(t);
    const status = await tell(body, { ...sent, ...(at && { at: Date.now() + at }) });
    expect(status).toBe(400);
    expect(await everything(t)).toEqual(before);
  });

  test("repeated: once", async () => {
    const { t, body, tell } = await world();
    expect(await tell(body, { id: "msg_same" })).toBe(200);
    const after = await everything(t);
    expect(after["receipts"]).toHaveLength(1);
    expect(await tell(body, { id: "msg_same" })).toBe(200);
    expect(await everything(t)).toEqual(after);
  });

  test("of another type, or none of our business", async () => {
    const { t, tell } = await world();
    const before = await everything(t);
    expect(await tell({ type: "session.created", data: {} })).toBe(200);
    expect(await everything(t)).toEqual(before);
    expect(await tell("no JSON")).toBe(400);
    expect(await tell({ type: from === "privy" ? unlinked.type : "user.updated" })).toBe(400);
    expect(await tell({ type: "x".repeat(300_000) })).toBe(400);
    expect(await everything(t)).toEqual(before);
  });

  test("404 until the secret is set; several may be set while one is replaced", async () => {
    const { body, privy, tell } = await world();
    const name = from === "privy" ? "PRIVY_WEBHOOK_SECRET" : "CLERK_WEBHOOK_SECRET";
    const current = from === "privy" ? privy.webhookSecret : secret;
    vi.stubEnv(name, `${other} ${current}`);
    expect(await tell(body)).toBe(200);
    expect(await tell(body, { secret: other })).toBe(200);
    vi.stubEnv(name, "");
    expect(await tell(body)).toBe(404);
  });
});

describe("Privy", () => {
  test.each([
    ["unlinks", unlinked],
    ["transfers", transferred],
  ])(
    "%s an account: exactly this chat account is nobody's, and the other chat is told",
    async (_what, body) => {
      const { t, privy, fromPrivy } = await plazaWithBoth();
      await linkedByPrivy(t, privy);
      await linkByCode(t, "discord:88", did);
      await fromPrivy({ ...body, account: { ...telegram, telegram_user_id: "78" } });
      await fromPrivy({ ...body, account: { type: "email", address: "mia@example.com" } });
      expect(await userBehind(t, "telegram:77")).toBeDefined();
      expect(await fromPrivy(body)).toBe(200);
      expect(await userBehind(t, "telegram:77")).toBeUndefined();
      expect(await userBehind(t, "discord:88")).toMatchObject({ privyDid: did });
      const told = (await rows(t, "deliveries")).filter(
        ({ destination }) => destination === "discord:88",
      );
      expect(told.map(({ task }) => task)).toMatchObject([
        { notice: { kind: "unlinked", account: "Telegram · Mia" } },
      ]);
    },
  );

  test("a chat account that a code has linked since stays, and so does another user's", async () => {
    const { t, privy, fromPrivy } = await plazaWithBoth();
    await linkedByPrivy(t, privy);
    await fromPrivy(unlinked);
    await pass(t, minute);
    await privy.unlink(did, { type: "telegram", telegram_user_id: "77" });
    await linkByCode(t, "telegram:77", did);
    // A late word about the first unlinking, under another id.
    await fromPrivy(unlinked);
    expect(await userBehind(t, "telegram:77")).toMatchObject({ privyDid: did });
    await makePerson(t, { privyDid: "did:privy:eve", chats: ["telegram:78"], via: "privy" });
    const { account } = unlinked;
    await fromPrivy({ ...unlinked, account: { ...account, telegram_user_id: "78" } });
    expect(await userBehind(t, "telegram:78")).toMatchObject({ privyDid: "did:privy:eve" });
  });
});

describe("Clerk", () => {
  test("a user is made, changed and deleted; nothing of them is left but Clerk's id", async () => {
    const { t, fromClerk } = await plazaWithBoth();
    await fromClerk(clerkSays("created", { at: 1, name: "Mia", email: "Mia@example.com" }));
    expect(await rows(t, "users")).toMatchObject([
      {
        clerkId: "user_1",
        email: "mia@example.com",
        displayName: "Mia",
        accountStatus: "incomplete",
      },
    ]);
    expect(await rows(t, "profiles")).toHaveLength(1);
    await fromClerk(clerkSays("updated", { at: 2, name: "Mia B.", email: "b@example.com" }));
    expect(await rows(t, "users")).toMatchObject([
      { email: "b@example.com", displayName: "Mia B." },
    ]);
    await fromClerk(clerkSays("deleted", {}));
    const [gone] = await rows(t, "users");
    expect(gone).toMatchObject({ clerkId: "user_1", deletedAt: Date.now() });
    expect(JSON.stringify(gone)).not.toMatch(/example\.com|Mia/);
    expect(await rows(t, "profiles")).toEqual([]);
  });

  test("late and out of order: the newest word counts, and who is gone stays gone", async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
      [3, 0, 1, 2],
    ];
    const said = [
      clerkSays("created", { at: 1, name: "One" }),
      clerkSays("updated", { at: 2, name: "Two" }),
      clerkSays("updated", { at: 3, name: "Three" }),
      clerkSays("deleted", {}),
    ];
    for (const order of orders) {
      const { t, fromClerk } = await plazaWithBoth();
      for (const one of order) {
        const before = (await rows(t, "users"))[0];
        expect(await fromClerk(said[one])).toBe(200);
        const [after, ...more] = await rows(t, "users");
        expect(more).toEqual([]);
        expect(after?.clerkUpdatedAt ?? 0).toBeGreaterThanOrEqual(before?.clerkUpdatedAt ?? 0);
        expect(before?.deletedAt !== undefined && after?.deletedAt === undefined).toBe(false);
      }
      const [user] = await rows(t, "users");
      expect(user?.deletedAt).toBeDefined();
      expect(user?.displayName).toBeUndefined();
    }
    const { t, fromClerk } = await plazaWithBoth();
    for (const one of [2, 0, 1]) await fromClerk(said[one]);
    expect(await rows(t, "users")).toMatchObject([{ displayName: "Three", clerkUpdatedAt: 3 }]);
  });

  test("an email that somebody has, or that is not verified, makes nobody one person", async () => {
    const { t, fromClerk } = await plazaWithBoth();
    await makePerson(t, { privyDid: did, email: "mia@example.com" });
    await fromClerk(clerkSays("created", { at: 1 }));
    await fromClerk(
      clerkSays("created", { id: "user_2", at: 1, email: "x@example.com", verified: false }),
    );
    const users = await rows(t, "users");
    expect(users.map(({ email }) => email)).toEqual(["mia@example.com", undefined, undefined]);
    expect(await userWith(t, did)).not.toHaveProperty("clerkId");
    await fromClerk(clerkSays("updated", { id: "user_2", at: 2, email: "x@example.com" }));
    await fromClerk(clerkSays("updated", { id: "user_2", at: 3 }));
    expect((await rows(t, "users"))[2]?.email).toBeUndefined();
  });

  test("of who signs in with Privy as well it only fills gaps", async () => {
    const { t, fromClerk } = await plazaWithBoth();
    await makePerson(t, { privyDid: did, clerkId: "user_1", displayName: "Mia" });
    await fromClerk(clerkSays("updated", { at: 5, name: "Other", email: "mia@example.com" }));
    expect(await userWith(t, did)).toMatchObject({ displayName: "Mia", email: "mia@example.com" });
  });

  test("our own failure is a 500, leaves no receipt, and the next try succeeds", async () => {
    const { t, fromClerk } = await plazaWithBoth();
    const body = clerkSays("created", {});
    vi.stubEnv("CLERK_WEBHOOK_SECRET", "whsec_not base64!");
    await expect(fromClerk(body, { id: "msg_1" })).rejects.toThrow(
      "Base64Coder: incorrect padding",
    );
    vi.stubEnv("CLERK_WEBHOOK_SECRET", secret);
    await pass(t, hour);
    expect(await rows(t, "receipts")).toEqual([]);
    expect(await fromClerk(body, { id: "msg_1" })).toBe(200);
    expect(await rows(t, "users")).toHaveLength(1);
  });
});

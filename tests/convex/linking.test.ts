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
  userBehind,
  userWith,
} from "../support/convex/people.ts";
import { as, makeOrganization, pass, minute, rows, startPlaza } from "../support/convex/plaza.ts";
import { hashOf } from "../../shared/linkCode.ts";

const did = "did:privy:mia";
const mail = { type: "email", address: "Mia@Example.com" } as const;
const telegram = { type: "telegram", telegram_user_id: "77", username: "mia" } as const;
const discord = { type: "discord_oauth", subject: "88", username: "mia#0" } as const;

describe("without a click", () => {
  test("Privy knows the Telegram id: the chat is linked, with what Privy has verified", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail, telegram] });
    const begun = await as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
    expect(begun).toEqual({ linked: true, as: "M…@Example.com" });
    expect(await userBehind(t, "telegram:77")).toMatchObject({
      privyDid: did,
      email: "mia@example.com",
      accountStatus: "incomplete",
    });
    expect(await rows(t, "linkCodes")).toEqual([]);
    expect((await rows(t, "auditLog")).map(({ action }) => action)).toEqual(["created", "linked"]);
  });

  test("Privy knows the Discord name, and its id is the same", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail, discord] });
    const said = { name: "Mia", handle: "mia" };
    const begun = await as(t, "discord:88").action(api.links.begin, said);
    expect(begun).toMatchObject({ linked: true });
    expect(await userBehind(t, "discord:88")).toMatchObject({ privyDid: did });
  });

  test("a Discord name that has changed hands links nobody", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail, discord] });
    const said = { name: "Not Mia", handle: "mia" };
    const begun = await as(t, "discord:99").action(api.links.begin, said);
    expect(begun).toMatchObject({ linked: false });
    expect(await rows(t, "users")).toEqual([]);
  });

  test("while Privy is away a code is handed out, and linking again is no try", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail, telegram] });
    privy.fault({ kind: "500", count: 1 });
    const begin = async () => await as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
    expect(await begin()).toMatchObject({ linked: false });
    for (let round = 0; round < 8; round++) expect(await begin()).toMatchObject({ linked: true });
    expect(await rows(t, "users")).toHaveLength(1);
  });

  test("where Privy is not configured, that is said", async () => {
    const t = startPlaza();
    const asked = as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
    expect(await refused(asked)).toBe("no-linking");
  });
});

describe("by code", () => {
  test("the page shows both, and finishes; only the hash was ever stored", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail] });
    const said = { name: "Mia", handle: "MiaWrites" };
    const begun = await as(t, "telegram:77").action(api.links.begin, said);
    if (begun.linked) throw new Error("no code");
    expect(begun.code).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(begun.pageUrl).toBe(`https://plaza.example/link#${begun.code}`);
    const [stored] = await rows(t, "linkCodes");
    expect(stored).toMatchObject({
      hash: await hashOf(begun.code),
      expiresAt: Date.now() + 600_000,
    });
    expect(JSON.stringify(stored)).not.toContain(begun.code);

    const { code } = begun;
    expect(await ask(t, did, "look", { code })).toEqual({
      status: 200,
      chat: { platform: "telegram", name: "Mia", handle: "miawrites" },
      you: "M…@Example.com",
    });
    expect(await userBehind(t, "telegram:77")).toBeUndefined();
    expect(await ask(t, did, "finish", { code })).toEqual({
      status: 200,
      ok: true,
      name: "Telegram · Mia",
    });
    expect(await userBehind(t, "telegram:77")).toMatchObject({
      privyDid: did,
      email: "mia@example.com",
    });
  });

  test("or the chat finishes, once somebody has signed in, and names who", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail] });
    const code = await codeFor(t, "telegram:77");
    const chat = as(t, "telegram:77");
    const hash = await hashOf(code);
    expect(await chat.mutation(api.links.lookAtCode, { hash })).toEqual({
      state: "waiting",
      page: "https://plaza.example/link",
    });
    await ask(t, did, "look", { code });
    const found = await chat.mutation(api.links.lookAtCode, { hash });
    if (found.state !== "signed-in") throw new Error("nobody has signed in");
    expect(found.as).toBe("M…@Example.com");
    expect(`link|${found.press}`.length).toBeLessThanOrEqual(64);
    expect(found.press).not.toContain(code);
    const [mark = "", signer = ""] = found.press.split("|");
    expect(await chat.action(api.links.confirm, { mark, signer })).toEqual({
      as: "M…@Example.com",
    });
    expect(await userBehind(t, "telegram:77")).toMatchObject({ privyDid: did });
    expect(await ask(t, did, "finish", { code })).toEqual({ status: 403, refusal: "code-used" });
  });

  test("a button confirms whom it named, not who has signed in since", async () => {
    const { t, privy } = await plazaWithPrivy();
    await privy.putUser({ id: did, accounts: [mail] });
    const code = await codeFor(t, "telegram:77");
    const chat = as(t, "telegram:77");
    await ask(t, did, "look", { code });
    const found = await chat.mutation(api.links.lookAtCode, { hash: await hashOf(code) });
    if (found.state !== "signed-in") throw new Error("nobody has signed in");
    await ask(t, "did:privy:eve", "look", { code });
    const [mark = "", signer = ""] = found.press.split("|");
    expect(await refused(chat.action(api.links.confirm, { mark, signer }))).toBe("code-expired");
    expect(await userBehind(t, "telegram:77")).toBeUndefined();
  });

  test("while Privy is away on the page, the token is enough", async () => {
    const { t, privy } = await plazaWithPrivy();
    const code = await codeFor(t, "telegram:77");
    privy.fault({ kind: "500", count: 2 });
    expect(await ask(t, did, "look", { code })).toMatchObject({ you: "Privy …:mia" });
    expect(await ask(t, did, "finish", { code })).toMatchObject({ ok: true });
    expect(await userBehind(t, "telegram:77")).toMatchObject({ privyDid: did });
  });
});

describe("who becomes one", () => {
  test("a Privy user without this platform gets the chat account, and the other chat is told", async () => {
    const { t } = await plazaWithPrivy();
    await linkByCode(t, "telegram:77", did);
    expect(await linkByCode(t, "discord:88", did)).toMatchObject({ ok: true });
    const [one, other] = [await userBehind(t, "telegram:77"), await userBehind(t, "discord:88")];
    expect(one?._id).toBe(other?._id);
    const told = (await rows(t, "deliveries")).map(({ destination, task }) => [destination, task]);
    expect(told).toEqual([
      [
        "telegram:77",
        expect.objectContaining({ notice: { kind: "linked", account: "Discord · Mia" } }),
      ],
    ]);
  });

  test("a chat account whose user has no Privy gives that user one", async () => {
    const { t } = await plazaWithPrivy();
    const { _id } = await makePerson(t, { accountStatus: "pending", chats: ["telegram:77"] });
    await linkByCode(t, "telegram:77", did);
    expect(await userBehind(t, "telegram:77")).toMatchObject({
      _id,
      privyDid: did,
      accountStatus: "pending",
    });
  });

  test("two users are merged into the older", async () => {
    const { t } = await plazaWithPrivy();
    const older = await makePerson(t, { accountStatus: "active", chats: ["telegram:77"] });
    const newer = await makePerson(t, { privyDid: did, role: "moderator", chats: ["discord:88"] });
    expect(await linkByCode(t, "telegram:77", did)).toMatchObject({ ok: true });
    for (const chat of ["telegram:77", "discord:88"])
      expect(await userBehind(t, chat)).toMatchObject({
        _id: older._id,
        role: "moderator",
        accountStatus: "active",
        privyDid: did,
      });
    const gone = (await rows(t, "users")).find(({ _id }) => _id === newer._id);
    expect(gone).toMatchObject({ mergedInto: older._id, deletedAt: Date.now() });
    expect(gone?.privyDid).toBeUndefined();
    // Whoever is signed in as the newer is the older from now on.
    expect(await asPrivy(t, did).mutation(api.auth.createUserFromPrivy, {})).toBe(older._id);
  });

  test.each([
    ["of the same person", []],
    ["of two halves", ["discord:88", "telegram:77"]],
  ])("a second account of a platform is refused: %s", async (_which, chats) => {
    const { t } = await plazaWithPrivy();
    await makePerson(t, { privyDid: did, chats: ["telegram:78"] });
    if (chats.length > 0) await makePerson(t, { chats });
    const before = await rows(t, "users");
    expect(await linkByCode(t, "telegram:77", did)).toEqual({
      status: 403,
      refusal: "second-account",
    });
    expect(await rows(t, "users")).toEqual(before);
    await as(t, "telegram:78").mutation(api.links.unlink, {});
    await pass(t, minute);
    expect(await linkByCode(t, "telegram:77", did)).toMatchObject({ ok: true });
  });

  test("a chat account of another Privy user is refused, and so are two of Clerk", async () => {
    const { t } = await plazaWithPrivy();
    await makePerson(t, { chats: ["telegram:77"] });
    const code = await codeFor(t, "telegram:77");
    await ask(t, did, "look", { code });
    // Meanwhile the same chat account is linked to somebody else.
    const user = await userBehind(t, "telegram:77");
    if (!user) throw new Error("nobody");
    await t.run((ctx) => ctx.db.patch("users", user._id, { privyDid: "did:privy:other" }));
    expect(await ask(t, did, "finish", { code })).toMatchObject({ refusal: "linked-elsewhere" });
    expect(await userWith(t, did)).toBeUndefined();

    await makePerson(t, { clerkId: "user_1", chats: ["discord:88"] });
    await makePerson(t, { clerkId: "user_2", privyDid: did });
    expect(await linkByCode(t, "discord:88", did)).toMatchObject({ refusal: "linked-elsewhere" });
  });

  test("language and zone come along where the user has none", async () => {
    const { t } = await plazaWithPrivy();
    const chosen = { locale: "es" as const, timezone: "Europe/Madrid" };
    await as(t, "telegram:77").mutation(api.chatAccounts.change, chosen);
    await as(t, "discord:88").mutation(api.chatAccounts.change, { locale: "en" });
    await linkByCode(t, "telegram:77", did);
    await linkByCode(t, "discord:88", did);
    expect(await userWith(t, did)).toMatchObject(chosen);
    const accounts = await rows(t, "chatAccounts");
    expect(accounts.map(({ locale }) => locale)).toEqual([undefined, undefined]);
  });

  test("an email that is somebody's stays theirs", async () => {
    const { t, privy } = await plazaWithPrivy();
    const holder = await makePerson(t, { email: "mia@example.com", clerkId: "user_9" });
    await privy.putUser({ id: did, accounts: [mail, telegram] });
    await as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
    const linked = await userBehind(t, "telegram:77");
    expect(linked?._id).not.toBe(holder._id);
    expect(linked?.email).toBeUndefined();
  });

  test("an admin of the configuration is one as soon as their Privy user is known", async () => {
    const { t } = await plazaWithPrivy();
    vi.stubEnv("ADMIN_PRIVY_DIDS", did);
    await linkByCode(t, "telegram:77", did);
    expect(await userBehind(t, "telegram:77")).toMatchObject({
      role: "admin",
      accountStatus: "active",
    });
  });

  test("the Discord role follows a link and an unlink", async () => {
    const { t } = await plazaWithPrivy();
    const orgId = await makeOrganization(t);
    await t.run((ctx) =>
      ctx.db.patch("organizations", orgId, { discordGuildId: "5", discordMemberRole: "member" }),
    );
    await makePerson(t, { privyDid: did, accountStatus: "active", chats: ["telegram:77"] });
    await linkByCode(t, "discord:88", did);
    const looks = async () =>
      (await rows(t, "deliveries")).filter(({ task }) => task.kind === "role").length;
    expect(await looks()).toBe(1);
    await t.run(async (ctx) => {
      const owed = (await ctx.db.query("deliveries").collect()).filter(
        ({ task }) => task.kind === "role",
      );
      for (const { _id } of owed)
        await ctx.db.patch("deliveries", _id, { state: "sent", isOpen: false });
    });
    await as(t, "discord:88").mutation(api.links.unlink, {});
    expect(await looks()).toBe(2);
  });
});

import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import type { Doc, Id } from "../../convex/_generated/dataModel.js";
import { makePerson, userBehind } from "../support/convex/people.ts";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  owed,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import {
  as,
  failedJobs,
  makeBot,
  makeOrganization,
  type Outcome,
  type Plaza,
  settled,
} from "../support/convex/plaza.ts";

// The role that members have in Discord.

const inTelegram = "telegram:810";
const inDiscord = "discord:910";
const server = "77777";

/** An organization whose Discord server has a role for members, before anybody is in it. */
async function plazaWithRole() {
  const t = await plazaWithModerators();
  const orgId = await makeOrganization(t);
  await nameRole(t, orgId, "Member");
  await makeBot(t, "discord").sendAll();
  return { t, orgId };
}

async function nameRole(t: Plaza, orgId: Id<"organizations">, role: string, guildId = server) {
  const member = { guildId, role };
  await as(t, admin).mutation(api.organizations.setMemberRole, { orgId, member });
  await settled(t);
}

/** What Discord is asked to do payload one person: "77777 Member given". */
async function done(t: Plaza, outcome?: Outcome, subject = inDiscord): Promise<string[]> {
  const sent = await makeBot(t, "discord").sendAll(outcome);
  const [, id] = subject.split(":");
  return sent.flatMap(({ payload, to }) =>
    payload.kind === "role" && to.chatId === id
      ? [`${payload.guildId} ${payload.role} ${payload.isGranted ? "given" : "taken"}`]
      : [],
  );
}

async function reconcile(t: Plaza): Promise<void> {
  await t.mutation(internal.memberRoles.reconcile, { cursor: null });
  await settled(t);
}

async function setStatus(t: Plaza, subject: string, event: "suspend" | "ban" | "restore") {
  const userId = (await userBehind(t, subject))?._id;
  if (!userId) throw new Error("there is nobody");
  await as(t, admin).mutation(api.users.setStatus, { userId, event });
}

/** A member with both chats, whose role Discord has given. */
async function plazaWithMember(given: Partial<Doc<"users">> = {}) {
  const { t, orgId } = await plazaWithRole();
  await makePerson(t, { ...given, chats: [inTelegram, inDiscord] });
  await decideAs(t, moderator, (await applyAs(t, inTelegram))._id);
  expect(await done(t)).toEqual([`${server} Member given`]);
  return { t, orgId };
}

describe("the role in Discord", () => {
  test("is given at approval, also of who applied in Telegram, and owed to no Telegram account", async () => {
    const { t } = await plazaWithMember();
    const [, ...others] = (await owed(t, "role")).filter(
      ({ destination }) => destination === inDiscord,
    );
    expect(others).toEqual([]);
    const platforms = new Set((await owed(t, "role")).map(({ platform }) => platform));
    expect([...platforms]).toEqual(["discord"]);
  });

  test("is not taken at a rejection from who was never given it", async () => {
    const { t } = await plazaWithRole();
    await decideAs(t, moderator, (await applyAs(t, inDiscord))._id, "reject");
    expect(await done(t)).toEqual([]);
  });

  test.each<[string, (t: Plaza) => Promise<unknown>]>([
    ["suspended", async (t) => await setStatus(t, inDiscord, "suspend")],
    ["banned", async (t) => await setStatus(t, inDiscord, "ban")],
    ["unlinked from Discord", async (t) => await as(t, inDiscord).mutation(api.links.unlink, {})],
    ["deleted", async (t) => await as(t, inTelegram).mutation(api.users.softDelete, {})],
  ])("is taken from who is %s", async (_how, leave) => {
    const { t } = await plazaWithMember();
    await leave(t);
    expect(await done(t)).toEqual([`${server} Member taken`]);
    await reconcile(t);
    expect(await done(t)).toEqual([]);
  });

  test("is given back at a restore", async () => {
    const { t } = await plazaWithMember();
    await setStatus(t, inDiscord, "suspend");
    expect(await done(t)).toEqual([`${server} Member taken`]);
    await setStatus(t, inDiscord, "restore");
    expect(await done(t)).toEqual([`${server} Member given`]);
  });

  test("is given when a member links their Discord account", async () => {
    const { t } = await plazaWithRole();
    vi.stubEnv("IDENTITY_PROVIDERS", "privy@http://127.0.0.1:1");
    const person = { did: "did:privy:wanda", name: "w…@example.com" };
    await makePerson(t, { accountStatus: "active", privyDid: person.did, chats: [inTelegram] });
    await as(t, inDiscord).mutation(internal.linking.bindFound, { name: "Wanda", person });
    expect(await done(t)).toEqual([`${server} Member given`]);
  });

  test("is what is true when it is leased, not when it was owed", async () => {
    const { t } = await plazaWithMember();
    await setStatus(t, inDiscord, "suspend");
    await setStatus(t, inDiscord, "restore");
    await setStatus(t, inDiscord, "suspend");
    const waiting = (await owed(t, "role")).filter(({ state }) => state === "pending");
    expect(waiting).toHaveLength(1);
    expect(await done(t)).toEqual([`${server} Member taken`]);
    await setStatus(t, inDiscord, "restore");
    await setStatus(t, inDiscord, "suspend");
    // It is taken already: Discord is not asked.
    expect(await done(t)).toEqual([]);
    const last = (await owed(t, "role")).at(-1);
    expect(last).toMatchObject({ state: "suppressed", reason: "it is so already" });
  });

  test("that changes while Discord is being asked is asked for again", async () => {
    const { t } = await plazaWithMember();
    await setStatus(t, inDiscord, "suspend");
    const bot = makeBot(t, "discord");
    const [held] = await bot.lease();
    if (!held) throw new Error("nothing is owed");
    await bot.begin(held);
    await setStatus(t, inDiscord, "restore");
    await bot.complete(held, { kind: "sent", messageId: "" });
    expect(await done(t)).toEqual([`${server} Member given`]);
  });

  test.each<[string, Outcome]>([
    ["of who is not in the server yet", { kind: "not-there", reason: "no such member" }],
    ["that Discord refused", { kind: "refused", reason: "no permission" }],
    ["whose chat is gone", { kind: "channel-gone", reason: "blocked" }],
  ])("%s is tried again each night, and no other", async (_what, outcome) => {
    const { t } = await plazaWithRole();
    await makePerson(t, { chats: [inDiscord] });
    await makePerson(t, { accountStatus: "active", chats: ["discord:911"] });
    await reconcile(t);
    await done(t, undefined, "discord:911");
    await decideAs(t, moderator, (await applyAs(t, inDiscord))._id);
    expect(await done(t, outcome)).toEqual([`${server} Member given`]);
    for (let night = 0; night < 2; night++) {
      await reconcile(t);
      const open = (await owed(t, "role")).filter(({ state }) => state === "pending");
      expect(open.map(({ destination }) => destination)).toEqual([inDiscord]);
      expect(await done(t, outcome)).toEqual([`${server} Member given`]);
    }
    await reconcile(t);
    expect(await done(t)).toEqual([`${server} Member given`]);
    await reconcile(t);
    expect(await done(t)).toEqual([]);
  });

  test("is owed once, however often the night comes while Discord is away", async () => {
    const { t } = await plazaWithRole();
    await makePerson(t, { accountStatus: "active", chats: [inDiscord] });
    for (let night = 0; night < 3; night++) await reconcile(t);
    const mine = (await owed(t, "role")).filter(({ destination }) => destination === inDiscord);
    expect(mine).toHaveLength(1);
  });

  test("under a new name is given to every member, and asked of nobody else", async () => {
    const { t, orgId } = await plazaWithRole();
    for (let number = 0; number < 120; number++)
      await makePerson(t, {
        accountStatus: number < 110 ? "active" : "incomplete",
        chats: [`discord:${5000 + number}`],
      });
    await reconcile(t);
    await makeBot(t, "discord").sendAll();
    const before = (await owed(t, "role")).length;
    await nameRole(t, orgId, "Friend");
    expect(await failedJobs(t)).toEqual([]);
    const sent = await makeBot(t, "discord").sendAll();
    const given = sent.filter(({ payload }) => payload.kind === "role" && payload.isGranted);
    // One of the two moderators is in Discord.
    expect(given).toHaveLength(111);
    expect((await owed(t, "role")).length - before).toBe(111);
    expect(given.every(({ payload }) => payload.kind === "role" && payload.role === "Friend")).toBe(
      true,
    );
  });

  test("is different in each organization's server", async () => {
    const { t } = await plazaWithRole();
    const other = await makeOrganization(t, { name: "Other" });
    await makeOrganization(t, { name: "Without" });
    await nameRole(t, other, "Friend", "88888");
    await makePerson(t, { accountStatus: "active", chats: [inDiscord] });
    await reconcile(t);
    expect((await done(t)).sort()).toEqual([`${server} Member given`, "88888 Friend given"]);
  });

  test("that is no longer named is not asked for", async () => {
    const { t, orgId } = await plazaWithRole();
    await makePerson(t, { accountStatus: "active", chats: [inDiscord] });
    await reconcile(t);
    await as(t, admin).mutation(api.organizations.setMemberRole, { orgId, member: null });
    expect(await done(t)).toEqual([]);
    const states = (await owed(t, "role")).filter(({ destination }) => destination === inDiscord);
    expect(states.map(({ state }) => state)).toEqual(["cancelled"]);
  });
});

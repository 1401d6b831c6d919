import { vi } from "vitest";
import { api } from "../../../convex/_generated/api.js";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { lumaKeyBinding } from "../../../convex/model/organizations.ts";
import { seal } from "../../../convex/model/secrets.ts";
import type { AccessLevel, Platform } from "../../../shared/identity.ts";
import { hashOf, markOf } from "../../../shared/linkCode.ts";
import { makeCharity, makeGiver, pay } from "../convex/givers.ts";
import { makePerson } from "../convex/people.ts";
import {
  as,
  begin,
  day,
  eventNamed,
  identity,
  leo,
  makeBot,
  makeChannel,
  makeOrganization,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "../convex/plaza.ts";

// A Plaza with one of everything, and everybody who can call it.

export const plainKey = "luma-plain-key-of-the-organization";
export const clerkIssuer = "https://clerk.plaza.example";

/** What a person can be, and their number at both platforms: "telegram:303", "discord:403". */
const numbers: Record<AccessLevel, number> = {
  stranger: 0,
  incomplete: 1,
  pending: 2,
  member: 3,
  moderator: 4,
  admin: 5,
  suspended: 6,
  banned: 7,
};

/** How a person of this standing is called at a platform. */
export function subjectOf(standing: AccessLevel, platform: Platform = "telegram"): string {
  return platform === "telegram"
    ? `telegram:${300 + numbers[standing]}`
    : `discord:${400 + numbers[standing]}`;
}

const asStanding = (standing: AccessLevel) => (t: Plaza) => as(t, subjectOf(standing));
const asPrivy = (did: string) => (t: Plaza) => t.withIdentity(identity(did, "privy.io"));
const asClerk = (id: string) => (t: Plaza) => t.withIdentity(identity(id, clerkIssuer));

/** Everybody who can call, by what their token says. */
export const callers = {
  stranger: asStanding("stranger"),
  incomplete: asStanding("incomplete"),
  pending: asStanding("pending"),
  member: asStanding("member"),
  moderator: asStanding("moderator"),
  admin: asStanding("admin"),
  suspended: asStanding("suspended"),
  banned: asStanding("banned"),
  bot: (t: Plaza) => as(t, "bot:telegram"),
  /** Without a token. */
  nobody: (t: Plaza) => t,
  /** The admin's own subject, said by an issuer that is not ours. */
  foreign: (t: Plaza) => t.withIdentity(identity(subjectOf("admin"), "https://elsewhere.example")),
  privyStranger: asPrivy("did:privy:stranger"),
  privyMember: asPrivy("did:privy:member"),
  privyBanned: asPrivy("did:privy:banned"),
  clerkStranger: asClerk("user_stranger"),
  clerkMember: asClerk("user_member"),
  clerkBanned: asClerk("user_banned"),
};
export type CallerName = keyof typeof callers;
export const callerNames = Object.keys(callers) as CallerName[];

const statusOf: Record<Exclude<AccessLevel, "stranger">, Partial<Doc<"users">>> = {
  incomplete: { accountStatus: "incomplete" },
  pending: { accountStatus: "pending" },
  member: { accountStatus: "active" },
  moderator: { accountStatus: "active", role: "moderator" },
  admin: { accountStatus: "active", role: "admin" },
  suspended: { accountStatus: "suspended", statusBefore: "active" },
  banned: { accountStatus: "banned", statusBefore: "active" },
};

/** The code that this caller got in the chat, or that stands in the address of their page. */
export function codeOf(caller: CallerName, platform: Platform = "telegram"): string {
  return `code-of-${caller}-in-${platform}`;
}

/** The two halves of the button that confirms the caller's code. */
export async function buttonOf(caller: CallerName, platform: Platform = "telegram") {
  const mark = markOf(await hashOf(codeOf(caller, platform)));
  return { mark, signer: markOf(await hashOf(signerOf(caller))) };
}

/** Who has signed in with it: on their own page they themselves, else somebody new. */
function signerOf(caller: CallerName): string {
  const [, own] = /^privy(.*)/.exec(caller) ?? [];
  return own ? `did:privy:${own.toLowerCase()}` : `did:privy:new-${caller}`;
}

/** An application that waits. */
export async function makeApplication(
  t: Plaza,
  userId: Id<"users">,
  given: Partial<Doc<"applications">> = {},
): Promise<Id<"applications">> {
  return await t.run(
    async (ctx) =>
      await ctx.db.insert("applications", {
        userId,
        goal: "To learn",
        motivation: "Curious",
        status: "pending",
        name: "Wanda",
        platform: "telegram",
        platformUserId: "310",
        who: given.name ?? "Wanda",
        appliedAt: begin,
        version: 1,
        ...given,
      }),
  );
}

/** One of everything, and one person of every standing, each of them in both chats. */
export async function makeWorld() {
  const t = startPlaza();
  vi.stubEnv("LUMA_ORIGIN", "http://127.0.0.1:1");
  vi.stubEnv("NEEDS_ORIGIN", "http://127.0.0.1:1");
  vi.stubEnv("IDENTITY_PROVIDERS", "privy@http://127.0.0.1:1,clerk");
  vi.stubEnv("PRIVY_APP_ID", "plaza-test");
  // As people copy it; Clerk's tokens have no slash there.
  vi.stubEnv("CLERK_ISSUER", `${clerkIssuer}/`);
  vi.stubEnv("STRIPE_SECRET_KEY", "sk_test_of_the_world");
  vi.stubEnv("STRIPE_API_URL", "http://127.0.0.1:1");
  vi.stubEnv("CONVEX_SITE_URL", "https://plaza.example");
  const orgId = await makeOrganization(t, { luma: "luma.com/plaza", hasSynced: true });
  const sealed = seal(plainKey, lumaKeyBinding(orgId));
  await t.run((ctx) => ctx.db.patch("organizations", orgId, { lumaApiKey: sealed }));
  await makeChannel(t, { orgId, chatId: "-200", kinds: [], admitsMembers: true });
  const channelId = await makeChannel(t, { orgId });
  await takeOver(t, orgId, [said("jam", begin + day), said("talk", begin + 2 * day)]);
  await makeBot(t).sendAll({ kind: "refused", reason: "bad" });
  const [delivery] = await rows(t, "deliveries");
  if (!delivery) throw new Error("nothing is owed");
  const { _id: eventId } = await eventNamed(t, "jam");
  const boardId = await t.run((ctx) => ctx.db.insert("boards", boardIn(channelId)));
  const people = await makePeople(t);
  await makeCodes(t);
  const charityId = await makeCharity(t, { name: "Soup", urgency: 50, gap: 10_000 });
  // Somebody who has given, and whose last gift is still to be distributed.
  const giver = await makeGiver(t, 320);
  await pay(t, giver);
  const given = { charityId, ...(await makeWaiting(t)), subscriptionId: giver._id };
  const places = await makeLine(t, { eventId, orgId, host: people.users.moderator });
  return {
    t,
    orgId,
    eventId,
    sealed,
    boardId,
    deliveryId: delivery._id,
    ...given,
    ...people,
    ...places,
  };
}
export type World = Awaited<ReturnType<typeof makeWorld>>;

function boardIn(channelId: Id<"channels">) {
  const shows = { view: "events", scope: "events:all" } as const;
  return { channelId, ...shows, isOn: true, isOutdated: false, posts: 1, edits: 0 };
}

/** The line of an event: somebody waits in it, and somebody is served by a host. */
async function makeLine(
  t: Plaza,
  { host, ...at }: { eventId: Id<"events">; orgId: Id<"organizations">; host: Id<"users"> },
) {
  const member = { accountStatus: "active" } as const;
  const served = await makePerson(t, { ...member, chats: ["telegram:312"] });
  const waiter = await makePerson(t, { ...member, chats: ["telegram:313"] });
  return await t.run(async ({ db }) => {
    await db.insert("queues", {
      ...at,
      isOpen: true,
      slotMinutes: 5,
      capacity: 100,
      paces: [],
      openedAt: begin,
      openedBy: host,
      changedAt: begin,
    });
    const { eventId } = at;
    const place = { eventId, estimatedTime: begin, joinedAt: begin, noShows: 0 };
    const calledId = await db.insert("queuePositions", {
      ...place,
      userId: served._id,
      position: 0,
      status: "called",
      calledAt: begin,
      calledBy: host,
      confirmedAt: begin,
      calls: 1,
    });
    const waiting = { ...place, userId: waiter._id, position: 1, calls: 0 };
    const placeId = await db.insert("queuePositions", { ...waiting, status: "waiting" });
    return { calledId, placeId };
  });
}

/** A charity that waits for a decision; and somebody's need. */
async function makeWaiting(t: Plaza) {
  const form = { name: "Bread", description: "Bakes.", city: "Vigo", category: "food" };
  const { charity } = await as(t, leo).mutation(api.charities.createCharity, form);
  await settled(t);
  const [need] = await rows(t, "needsData");
  if (!need) throw new Error("nothing is needed");
  return { waitingId: charity._id, needId: need._id };
}

async function makePeople(t: Plaza) {
  const users = {} as Record<Exclude<AccessLevel, "stranger">, Id<"users">>;
  for (const [name, status] of Object.entries(statusOf)) {
    const standing = name as keyof typeof statusOf;
    const chats = [subjectOf(standing), subjectOf(standing, "discord")];
    users[standing] = (await makePerson(t, { ...status, chats }))._id;
  }
  await makeApplication(t, users.pending, { name: "Pia", platformUserId: "302" });
  await makePerson(t, {
    privyDid: "did:privy:member",
    clerkId: "user_member",
    accountStatus: "active",
  });
  await makePerson(t, {
    privyDid: "did:privy:banned",
    clerkId: "user_banned",
    accountStatus: "banned",
  });
  const { _id: applicant } = await makePerson(t, {
    accountStatus: "pending",
    chats: ["telegram:310"],
  });
  const applicationId = await makeApplication(t, applicant);
  const { _id: other } = await makePerson(t, {
    accountStatus: "active",
    email: "other@example.com",
    username: "other",
    chats: ["telegram:311"],
  });
  return { users, applicationId, other };
}

/** For every caller a code with which somebody has signed in: their page or button can go on. */
async function makeCodes(t: Plaza): Promise<void> {
  const codes = callerNames.flatMap((caller, index) =>
    (["telegram", "discord"] as const).map(async (platform) => ({
      platform,
      platformUserId: `${(platform === "telegram" ? 300 : 400) + index}`,
      hash: await hashOf(codeOf(caller, platform)),
      name: "Somebody",
      privyName: "s…@example.com",
      privyDid: signerOf(caller),
    })),
  );
  const made = await Promise.all(codes);
  await t.run(async ({ db }) => {
    for (const code of made) await db.insert("linkCodes", { ...code, expiresAt: begin + day });
    // They have all been here a moment ago: being here again changes nothing.
    for (const { _id } of await db.query("chatAccounts").collect())
      await db.patch("chatAccounts", _id, { seenAt: begin });
  });
}

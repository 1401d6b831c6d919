import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { enqueue, toPerson } from "../../../convex/model/deliveries/queue.ts";
import { emptyProfile } from "../../../convex/model/callers/users.ts";
import type { CallerName } from "./world.ts";
import { begin, day, type Plaza } from "../convex/plaza.ts";

// People about whom everything is known that can be. Every text that is kept about them carries a
// mark, "zq-<whose>-<what>", so that it is recognized wherever it turns up.

type Visibility = Doc<"profiles">["profileVisibility"];
type Owner = { status: Doc<"users">["accountStatus"]; visibility: Visibility };

export const owners = {
  open: { status: "active", visibility: "public" },
  inner: { status: "active", visibility: "members" },
  closed: { status: "active", visibility: "private" },
  newcomer: { status: "incomplete", visibility: "public" },
  applicant: { status: "pending", visibility: "public" },
  paused: { status: "suspended", visibility: "public" },
  barred: { status: "banned", visibility: "public" },
} as const satisfies Record<string, Owner>;
export type OwnerName = keyof typeof owners;
export const ownerNames = Object.keys(owners) as OwnerName[];

/** What others see of somebody whose profile they may see. */
const shown = ["name", "username", "bio", "place", "country", "github", "x", "linkedin", "contact"];
/** What moderators see of everybody, and of every application. */
const named = ["name", "username", "handle", "account"];
const asked = ["goal", "motivation", "elsewhere", "appname", "apphandle", "reason", "reviewer"];

const all: readonly CallerName[] = ["admin"];
const deciders: readonly CallerName[] = ["moderator", "admin"];
const insiders: readonly CallerName[] = [...deciders, "member", "privyMember", "clerkMember"];

/** Whether a caller may be told this of that person. Everything not named here is nobody's. */
export function maySee(caller: CallerName, owner: OwnerName, what: string): boolean {
  const { status, visibility }: Owner = owners[owner];
  if (deciders.includes(caller) && [...named, ...asked].includes(what)) return true;
  if (!shown.includes(what)) return false;
  if (all.includes(caller)) return true;
  if (status !== "active" || visibility === "private") return false;
  return visibility === "public" || insiders.includes(caller);
}

/** Every mark in a text, as "<whose>-<what>". */
export function marksIn(text: string): string[] {
  return [...new Set([...text.matchAll(/zq-([a-z]+-[a-z]+)/g)].map(([, mark = ""]) => mark))];
}

export function subjectOfOwner(owner: OwnerName): string {
  return `telegram:zq-${owner}-chat`;
}

/** What stands in every table about one person. */
export function rowsOf(owner: OwnerName) {
  const mark = (what: string) => `zq-${owner}-${what}`;
  const chat = { platform: "telegram" as const, platformUserId: mark("chat") };
  return {
    users: {
      privyDid: mark("did"),
      clerkId: mark("clerk"),
      email: `${mark("email")}@example.com`,
      username: mark("username"),
      displayName: mark("name"),
      bio: mark("bio"),
      avatarUrl: `https://example.com/${mark("avatar")}`,
      extWallet: mark("wallet"),
      appWallet: mark("appwallet"),
      city: mark("city"),
      state: mark("state"),
      zipCode: mark("zip"),
      timezone: mark("zone"),
      stripeCustomerId: mark("stripe"),
      privyMetadata: { note: mark("privynote") },
      metadata: { note: mark("note") },
    },
    profiles: {
      city: mark("place"),
      country: mark("country"),
      countryCode: mark("code"),
      githubUrl: `https://github.com/${mark("github")}`,
      twitterUrl: `https://x.com/${mark("x")}`,
      linkedinUrl: `https://linkedin.com/in/${mark("linkedin")}`,
      telegramHandle: mark("contact"),
      metadata: { note: mark("profilenote") },
    },
    chatAccounts: {
      platformUserId: chat.platformUserId,
      handle: mark("handle"),
      displayName: mark("account"),
      timezone: mark("accountzone"),
    },
    applications: {
      goal: mark("goal"),
      motivation: mark("motivation"),
      otherNames: mark("elsewhere"),
      name: mark("appname"),
      handle: mark("apphandle"),
      platformUserId: chat.platformUserId,
      who: [mark("appname"), mark("apphandle"), mark("elsewhere")].join(" "),
      reviewerName: mark("reviewer"),
      reason: mark("reason"),
    },
    auditLog: { detail: mark("detail"), from: mark("from") },
    linkCodes: {
      hash: mark("hash"),
      platformUserId: chat.platformUserId,
      name: mark("codename"),
      handle: mark("codehandle"),
      privyDid: mark("codedid"),
      privyName: mark("codeprivy"),
    },
    dialogs: {
      platformUserId: chat.platformUserId,
      form: mark("form"),
      answers: { goal: mark("answer") },
      lastMessageId: mark("message"),
    },
    joinRequests: {
      platformUserId: chat.platformUserId,
      chatId: mark("wanted"),
      title: mark("title"),
    },
    subscriptions: {
      stripeSubscriptionId: mark("subscription"),
      stripeCustomerId: mark("stripe"),
      city: mark("giftcity"),
      cityKey: mark("giftkey"),
    },
    gifts: { city: mark("giftcity"), cityKey: mark("giftkey") },
    webhookEvents: { data: { payment: mark("payment") } },
  };
}

export type Planted = Record<OwnerName, { userId: Id<"users">; applicationId: Id<"applications"> }>;

/** Puts all of them into a Plaza. */
export async function plant(t: Plaza): Promise<Planted> {
  const planted: Partial<Planted> = {};
  for (const owner of ownerNames) planted[owner] = await plantOne(t, owner);
  return planted as Planted;
}

async function plantOne(t: Plaza, owner: OwnerName): Promise<Planted[OwnerName]> {
  const { status, visibility }: Owner = owners[owner];
  const texts = rowsOf(owner);
  const platform = "telegram" as const;
  return await t.run(async (ctx) => {
    const { db } = ctx;
    const userId = await db.insert("users", {
      ...texts.users,
      role: "member",
      accountStatus: status,
      plan: "free",
      primaryAuthMethod: "email",
      storageUsedBytes: 0,
      lastLoginAt: begin,
    });
    const profile = { ...emptyProfile(userId), profileVisibility: visibility };
    await db.insert("profiles", { ...profile, ...texts.profiles, totalEarningsUsd: 987_654 });
    const account = { ...texts.chatAccounts, platform, userId, settingsChangedAt: begin };
    await db.insert("chatAccounts", { ...account, via: "join", linkedAt: begin });
    const applicationId = await db.insert("applications", {
      ...texts.applications,
      userId,
      platform,
      appliedAt: begin,
      status: status === "pending" ? "pending" : "approved",
      version: 1,
    });
    await db.insert("auditLog", { ...texts.auditLog, action: "role", subject: userId, at: begin });
    await db.insert("linkCodes", { ...texts.linkCodes, platform, expiresAt: begin + day });
    const dialog = { ...texts.dialogs, platform, isDone: false, changedAt: begin };
    await db.insert("dialogs", dialog);
    await db.insert("joinRequests", { ...texts.joinRequests, at: begin });
    const gift = { userId, amount: 500, paid: 500, carriedIn: 0, weekStartDate: begin };
    const subscriptionId = await db.insert("subscriptions", {
      ...texts.subscriptions,
      userId,
      amount: 500,
      status: "cancelled",
      startDate: begin,
      stripeAt: begin,
      createdAt: begin,
      updatedAt: begin,
    });
    await db.insert("gifts", { ...texts.gifts, ...gift, subscriptionId });
    await db.insert("webhookEvents", {
      ...texts.webhookEvents,
      type: "stripe.payment.succeeded",
      userId,
      createdAt: begin,
      expiresAt: begin + day,
    });
    const task = {
      kind: "notice",
      notice: { kind: "linked", account: `zq-${owner}-linked` },
    } as const;
    const to = toPerson({ platform, platformUserId: texts.chatAccounts.platformUserId });
    await enqueue(ctx, to, { subjectKey: "linked", task, expiresAt: begin + day }, begin);
    return { userId, applicationId };
  });
}

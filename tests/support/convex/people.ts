import { onTestFinished, vi } from "vitest";
import { startPrivyEmulator } from "../../../bots/sandbox/services/privy/index.ts";
import { api } from "../../../convex/_generated/api.js";
import type { Doc } from "../../../convex/_generated/dataModel.js";
import { refusalOf } from "../../../shared/refusals.ts";
import { as, begin, identity, type Plaza, rows, startPlaza } from "./plaza.ts";

// People who link: Privy beside a Plaza, and what a chat and the page do.

/** Plaza with a Privy of its own, on this machine. */
export async function plazaWithPrivy() {
  const t = startPlaza();
  const privy = await startPrivyEmulator({ now: Date.now });
  onTestFinished(() => privy.close());
  vi.stubEnv("IDENTITY_PROVIDERS", `privy@${privy.url}`);
  vi.stubEnv("PRIVY_APP_ID", privy.appId);
  vi.stubEnv("PRIVY_APP_SECRET", privy.appSecret);
  vi.stubEnv("PRIVY_WEBHOOK_SECRET", privy.webhookSecret);
  vi.stubEnv("CONVEX_SITE_URL", "https://plaza.example");
  return { t, privy };
}

/** Whoever Privy says it is. */
export function asPrivy(t: Plaza, did: string) {
  return t.withIdentity(identity(did, "privy.io"));
}

/** What was refused; "allowed" where nothing was. Every other error is thrown on. */
export async function refused(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return "allowed";
  } catch (error) {
    const code = refusalOf(error);
    if (code === null) throw error;
    return code;
  }
}

/** `/link` in a chat that Privy does not know: a code. */
export async function codeFor(t: Plaza, subject: string, name = "Mia"): Promise<string> {
  const begun = await as(t, subject).action(api.links.begin, { name });
  if (begun.linked) throw new Error("it was linked without a code");
  return begun.code;
}

/** What the page asks; the status and what was said. */
export async function ask(t: Plaza, did: string | null, path: "look" | "finish", body: unknown) {
  const caller = did === null ? t : asPrivy(t, did);
  const answer = await caller.fetch(`/link/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  const said = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, ...said } as Record<string, unknown>;
}

/** The whole way by code: asks in the chat, looks and says yes on the page. */
export async function linkByCode(t: Plaza, subject: string, did: string, name = "Mia") {
  const code = await codeFor(t, subject, name);
  await ask(t, did, "look", { code });
  return await ask(t, did, "finish", { code });
}

/** A user as a test needs one, with a profile. */
export async function makePerson(
  t: Plaza,
  given: Partial<Doc<"users">> & { chats?: string[]; via?: Doc<"chatAccounts">["via"] } = {},
): Promise<Doc<"users">> {
  const { chats = [], via = "join", ...fields } = given;
  return await t.run(async (ctx) => {
    const userId = await ctx.db.insert("users", {
      role: "member",
      accountStatus: "incomplete",
      plan: "free",
      primaryAuthMethod: "social",
      storageUsedBytes: 0,
      lastLoginAt: begin,
      ...fields,
    });
    await ctx.db.insert("profiles", {
      userId,
      learningTracks: [],
      profileVisibility: "members",
      availabilityStatus: "unavailable",
      completedBounties: 0,
      totalEarningsUsd: 0,
      profileViews: 0,
    });
    for (const chat of chats) {
      const [platform, platformUserId] = chat.split(":") as ["telegram" | "discord", string];
      await ctx.db.insert("chatAccounts", {
        platform,
        platformUserId,
        userId,
        via,
        linkedAt: begin,
        settingsChangedAt: begin,
        displayName: `Name of ${chat}`,
      });
    }
    const user = await ctx.db.get("users", userId);
    if (!user) throw new Error("the user is not there");
    return user;
  });
}

/** The living user of a chat account, if it has one. */
export async function userBehind(t: Plaza, subject: string): Promise<Doc<"users"> | undefined> {
  const [platform, platformUserId] = subject.split(":");
  const account = (await rows(t, "chatAccounts")).find(
    (row) => row.platform === platform && row.platformUserId === platformUserId,
  );
  return (await rows(t, "users")).find(({ _id }) => _id === account?.userId);
}

export async function userWith(t: Plaza, did: string): Promise<Doc<"users"> | undefined> {
  return (await rows(t, "users")).find(
    ({ privyDid, deletedAt }) => privyDid === did && deletedAt === undefined,
  );
}

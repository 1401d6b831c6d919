import { ConvexHttpClient } from "convex/browser";
import { createTokenSource } from "../../../bots/backend/tokens.ts";
import type { Place, ChatEmulator } from "../../../bots/sandbox/contract.ts";
import type { Sandbox } from "../../../bots/sandbox/server/sandbox.ts";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject, type Platform, platforms } from "../../../shared/identity.ts";

/** What of a sandbox is needed to give it an audience. */
export type SandboxParts = Pick<Sandbox, "telegram" | "discord" | "convex" | "keys" | "clock">;

/** Convex in the name of Leo, an admin. */
export async function asAdmin({ convex, keys, clock, telegram }: SandboxParts) {
  const leo = telegram.people().find(({ key }) => key === "leo");
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, () => clock().now);
  return convexAs(convex, await tokens(chatSubject("telegram", String(leo?.telegramId))));
}

export function convexAs(
  { url }: Pick<SandboxParts["convex"], "url">,
  token: string,
): ConvexHttpClient {
  return new ConvexHttpClient(url, {
    skipConvexDeploymentUrlCheck: true,
    logger: false,
    auth: token,
  });
}

/** Opens `count` channels on each platform and subscribes them to the sandbox's organization. */
export async function addAudience(parts: SandboxParts, count: number): Promise<void> {
  const admin = await asAdmin(parts);
  const [org] = await admin.query(api.organizations.list, {});
  if (!org) throw new Error("the sandbox has no organization");
  for (const platform of platforms) {
    for (const place of audience(platform, count)) {
      parts[platform].addPlace(place);
      const where = { platform, chatId: place.id, title: place.title, orgId: org._id };
      await admin.mutation(api.channels.subscribe, where);
    }
  }
}

/** How many messages with these words each channel of the audience has. */
export function heard(emulator: ChatEmulator, count: number, words: string): number[] {
  return audience(emulator.platform, count).map(
    ({ key }) =>
      emulator
        .transcript({ in: key, as: "leo" })
        .filter(({ text, embeds }) => `${text} ${embeds?.[0]?.title}`.includes(words)).length,
  );
}

function audience(platform: Platform, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    key: `channel-${index}`,
    title: `Channel ${index}`,
    kind: "channel" as const,
    id: platform === "telegram" ? `-100${2_000_000_000 + index}` : `92000000000000${1000 + index}`,
  })) satisfies Place[];
}

/** How many messages nobody knows of whether they came. */
export async function unknownOnes(sandbox: Sandbox): Promise<number> {
  const counted = await sandbox.convex.run("query", "deliveries:countByState", {});
  return (counted as Record<string, number>)["ambiguous"] ?? 0;
}

/** A new event in the calendar, and the sync that finds it. */
export async function announce(sandbox: Sandbox, event: { slug: string; title: string }) {
  const start = new Date(sandbox.clock().now + 5 * 86_400_000).toISOString();
  sandbox.luma.put({ ...event, start });
  const admin = await asAdmin(sandbox);
  const [org] = await admin.query(api.organizations.list, {});
  if (!org) throw new Error("the sandbox has no organization");
  await admin.action(api.events.sync.syncNow, { orgId: org._id });
}

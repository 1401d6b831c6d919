import { ConvexHttpClient } from "convex/browser";
import { createTokenSource } from "../../../bots/convex/tokens.ts";
import type { Place, StandIn } from "../../../bots/sandbox/contract.ts";
import type { Stage } from "../../../bots/sandbox/stage/stage.ts";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject, type Platform, platforms } from "../../../shared/identity.ts";

/** What of a stage is needed to give it an audience. */
export type Staged = Pick<Stage, "telegram" | "discord" | "convex" | "keys" | "clock">;

/** Convex in the name of Leo, an admin. */
export async function asAdmin({ convex, keys, clock, telegram }: Staged) {
  const leo = telegram.people().find(({ key }) => key === "leo");
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, () => clock().now);
  return convexAs(convex, await tokens(chatSubject("telegram", String(leo?.telegramId))));
}

export function convexAs({ url }: Pick<Staged["convex"], "url">, token: string): ConvexHttpClient {
  return new ConvexHttpClient(url, {
    skipConvexDeploymentUrlCheck: true,
    logger: false,
    auth: token,
  });
}

/** Opens `count` channels on each platform and subscribes them to the stage's organization. */
export async function addAudience(staged: Staged, count: number): Promise<void> {
  const admin = await asAdmin(staged);
  const [org] = await admin.query(api.organizations.list, {});
  if (!org) throw new Error("the stage has no organization");
  for (const platform of platforms) {
    for (const place of audience(platform, count)) {
      staged[platform].addPlace(place);
      const where = { platform, chatId: place.id, title: place.title, orgId: org._id };
      await admin.mutation(api.channels.subscribe, where);
    }
  }
}

/** How many messages with these words each channel of the audience has. */
export function heard(standIn: StandIn, count: number, words: string): number[] {
  return audience(standIn.platform, count).map(
    ({ key }) =>
      standIn
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
export async function unknownOnes(stage: Stage): Promise<number> {
  const counted = await stage.convex.run("query", "deliveries:countByState", {});
  return (counted as Record<string, number>)["unknown"] ?? 0;
}

/** A new event in the calendar, and the sync that finds it. */
export async function announce(stage: Stage, event: { slug: string; title: string }) {
  const start = new Date(stage.clock().now + 5 * 86_400_000).toISOString();
  stage.luma.put({ ...event, start });
  const admin = await asAdmin(stage);
  const [org] = await admin.query(api.organizations.list, {});
  if (!org) throw new Error("the stage has no organization");
  await admin.action(api.events.sync.syncNow, { orgId: org._id });
}

import { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject } from "../../../shared/identity.ts";
import { createTokenSource } from "../../convex/tokens.ts";
import { discordPlaces, people, telegramPlaces } from "./cast.ts";
import type { Keys } from "./keys.ts";

/**
 * What an admin would do first, done by Leo: an organization with a Luma calendar, one sync, and
 * the two announcement channels subscribed. After the sync, so that nothing is announced yet.
 */
export async function seed(convexUrl: string, keys: Keys, now: () => number): Promise<void> {
  const leo = people.find((person) => person.key === "leo");
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, now);
  const plaza = new ConvexHttpClient(convexUrl, {
    skipConvexDeploymentUrlCheck: true,
    logger: false,
    auth: await tokens(chatSubject("telegram", String(leo?.telegramId))),
  });
  const orgId = await plaza.mutation(api.organizations.add, {
    name: "Plaza",
    city: "Mexico City",
    locale: "en",
    timezone: "America/Mexico_City",
    luma: "luma.com/plaza",
  });
  await plaza.action(api.events.sync.syncNow, { orgId });
  const places = { telegram: telegramPlaces, discord: discordPlaces };
  for (const platform of ["telegram", "discord"] as const) {
    const place = places[platform].find(({ key }) => key === "announcements");
    const chatId = place?.id ?? "";
    await plaza.mutation(api.channels.subscribe, {
      platform,
      chatId,
      title: place?.title ?? "",
      orgId,
    });
  }
}

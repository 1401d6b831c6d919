import { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject } from "../../../shared/identity.ts";
import { createTokenSource } from "../../backend/tokens.ts";
import { homes, seedCharities } from "./charities.ts";
import { discordPlaces, memberRole, people, telegramPlaces } from "./fixtureUsers.ts";
import type { Keys } from "./data.ts";

/**
 * What an admin would do first, done by Leo: an organization with a Luma calendar and a member role
 * in Discord, Ana approved, one sync, charities in three cities, and channels subscribed: one for
 * news and one for moderators on each platform. Channels come last, so that nothing is announced
 * but a charity that waits.
 */
export async function seed(
  convexUrl: string,
  keys: Keys,
  guildId: string,
  now: () => number,
): Promise<void> {
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, now);
  const as = async (key: string) => {
    const person = people.find((one) => one.key === key);
    return new ConvexHttpClient(convexUrl, {
      skipConvexDeploymentUrlCheck: true,
      logger: false,
      auth: await tokens(chatSubject("telegram", String(person?.telegramId))),
    });
  };
  const leo = await as("leo");
  const orgId = await leo.mutation(api.organizations.add, {
    name: "Plaza",
    city: "Mexico City",
    locale: "en",
    timezone: "America/Mexico_City",
    luma: "luma.com/plaza",
  });
  const member = { guildId, role: memberRole };
  await leo.mutation(api.organizations.setMemberRole, { orgId, member });
  const ana = await as("ana");
  await ana.mutation(api.applications.submit, {
    goal: "Climb with others",
    motivation: "I have just moved here",
    name: "Ana Torres",
    handle: "ana",
    locale: "es",
  });
  // Ana has not opened a chat with the bot yet: Telegram would refuse to tell her.
  await ana.mutation(api.chatAccounts.change, { tellIn: "nowhere" });
  const { shown } = await leo.query(api.applications.pending, {});
  for (const { _id: applicationId } of shown)
    await leo.mutation(api.applications.decide, { applicationId, decision: "approve" });
  await ana.mutation(api.chatAccounts.change, { tellIn: "auto" });
  await leo.action(api.events.sync.syncNow, { orgId });
  await ana.mutation(api.profiles.update, { city: homes.ana });
  await leo.mutation(api.profiles.update, { city: homes.leo });
  await seedCharities(leo);
  const places = { telegram: telegramPlaces, discord: discordPlaces };
  for (const platform of ["telegram", "discord"] as const) {
    for (const { key, id: chatId, title } of places[platform]) {
      if (chatId === undefined || key === "group") continue;
      const channel = { platform, chatId, title };
      if (key === "announcements")
        await leo.mutation(api.channels.subscribe, { ...channel, orgId });
      if (key === "moderators")
        await leo.mutation(api.channels.subscribe, {
          ...channel,
          kinds: ["application", "charity"],
        });
    }
  }
}

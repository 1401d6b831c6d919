import { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject } from "../../../shared/identity.ts";
import { createTokenSource } from "../../backend/tokens.ts";
import { homes, seedCharities } from "./charities.ts";
import { discordPlaces, memberRole, people, telegramPlaces } from "./fixtureUsers.ts";
import type { Keys } from "./data.ts";
import type { CalendarEvent } from "../services/luma/index.ts";

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

const zone = "America/Mexico_City";

/**
 * The calendar that the sandbox begins with: the next three weeks of a community in Mexico City.
 */
export function seededCalendar(now: number): CalendarEvent[] {
  const at = (days: number, hourUtc: number, hours: number) => {
    const day = new Date(now + days * 86_400_000).toISOString().slice(0, 10);
    const start = Date.parse(`${day}T00:00:00Z`) + hourUtc * 3_600_000;
    return {
      start: new Date(start).toISOString(),
      end: new Date(start + hours * 3_600_000).toISOString(),
      timezone: zone,
    };
  };
  const casa = { name: "Casa Naranja", address: "Colima 220, Roma Norte", city: "Mexico City" };
  return [
    {
      slug: "sunrise-hike",
      title: "Sunrise hike to the crater",
      ...at(2, 13, 5),
      location: { name: "Parque Ajusco", city: "Mexico City", lat: 19.21, lng: -99.26 },
      hosts: ["Leo Park"],
      description: "We meet at the lower gate. Bring water, a warm layer and one story to tell.",
      going: 18,
      capacity: 30,
    },
    {
      slug: "vibe-coding-night",
      title: "Vibe coding night",
      ...at(4, 24, 3),
      location: casa,
      hosts: ["Mia Fischer", "Ana Torres"],
      description: "Three hours, one idea, something that runs at the end. Pizza at nine.",
      going: 41,
    },
    {
      slug: "ask-a-founder",
      title: "Ask a founder: first customers",
      ...at(5, 17, 1),
      online: true,
    },
    {
      slug: "zk-study-group",
      title: "Study group: zero-knowledge proofs",
      ...at(7, 25, 2),
      location: casa,
      hosts: ["Mia Fischer"],
    },
    {
      slug: "demo-day",
      title: "Demo day",
      ...at(11, 24, 4),
      location: casa,
      going: 87,
      capacity: 120,
    },
    { slug: "portfolio-clinic", title: "Portfolio clinic", ...at(13, 18, 2), online: true },
    {
      slug: "mercado-walk",
      title: "Mercado walk & lunch",
      ...at(15, 18, 3),
      location: { name: "Mercado de Coyoacán", city: "Mexico City" },
    },
  ];
}

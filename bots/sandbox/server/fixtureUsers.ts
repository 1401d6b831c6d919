import type { Person, Place } from "../contract.ts";

// The people of the sandbox, and the chats where they talk. Ana is a member, Leo is an admin, Mia
// is new.

/** A fixture user: a person with a mail address. */
export type CastMember = Person & { email: string };

export const people: CastMember[] = [
  {
    key: "ana",
    name: "Ana Torres",
    email: "ana@example.com",
    language: "es",
    telegramId: 1001,
    discordId: "900000000000001001",
  },
  {
    key: "leo",
    name: "Leo Park",
    email: "leo@example.com",
    language: "en",
    telegramId: 1002,
    discordId: "900000000000001002",
  },
  {
    key: "mia",
    name: "Mia Fischer",
    email: "mia@example.com",
    language: "en",
    telegramId: 1003,
    discordId: "900000000000001003",
  },
];

export const adminChatIds = "telegram:1002,discord:900000000000001002";

/** The role that members get in the sandbox's Discord server. */
export const memberRole = "Member";

export const telegramPlaces: Place[] = [
  { key: "dm", title: "Plaza", kind: "dm" },
  { key: "group", title: "Plaza members", kind: "group", id: "-1001000000001" },
  { key: "announcements", title: "Plaza news", kind: "channel", id: "-1001000000002" },
  { key: "moderators", title: "Moderators", kind: "group", id: "-1001000000003" },
];

export const discordPlaces: Place[] = [
  { key: "dm", title: "Plaza", kind: "dm" },
  { key: "group", title: "general", kind: "channel", id: "910000000000000001" },
  { key: "announcements", title: "announcements", kind: "channel", id: "910000000000000002" },
  { key: "moderators", title: "moderators", kind: "channel", id: "910000000000000003" },
];

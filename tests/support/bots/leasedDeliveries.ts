import type { Claimed } from "../../../shared/messages/claimed.ts";
import type { Person } from "../../../bots/sandbox/contract.ts";

// Pieces of work as a claim hands them out.

export const mia: Person = {
  key: "mia",
  name: "Mia Fischer",
  language: "en",
  telegramId: 1003,
  discordId: "900000000000001003",
};

type To = Partial<Claimed["to"]>;
type Admit = Extract<Claimed["about"], { do: "admit" }>;
type Role = Extract<Claimed["about"], { do: "role" }>;

export const someone = (chatId: string): Claimed["to"] => ({
  chatId,
  isPerson: true,
  locale: "en",
  timezone: "UTC",
});

function work(about: Claimed["about"], to: Claimed["to"]): Claimed {
  const deliveryId = "d" as Claimed["deliveryId"];
  return { deliveryId, fence: 1, key: `${about.do}|1|message`, part: "message", to, about };
}

export const role = ({ chatId = mia.discordId, ...more }: Partial<Role> & To): Claimed =>
  work({ do: "role", guildId: "1", role: "Member", isGranted: true, ...more }, someone(chatId));

export const admit = ({ to = {}, ...more }: Partial<Omit<Admit, "do">> & { to?: To }): Claimed =>
  work(
    { do: "admit", chatId: "-1001000000001", isApproved: true, ...more },
    { ...someone(""), ...to },
  );

type Mirror = Extract<Claimed["about"], { do: "mirror" }>["mirror"];

/** An event for a server's own. */
export const mirror = (mirror: Mirror): Claimed =>
  work({ do: "mirror", mirror }, { ...someone(mirror.guildId), isPerson: false });

export const notice = (to: To = {}): Claimed =>
  work({ do: "notice", notice: { kind: "approved" } }, { ...someone(mia.discordId), ...to });

export function card(to: To = {}): Claimed {
  const _id = "a" as Extract<Claimed["about"], { do: "card" }>["application"]["_id"];
  const written = { goal: "To climb", motivation: "I am new", name: mia.name, handle: mia.key };
  const application = { _id, ...written, status: "pending", platform: "discord" } as const;
  return work(
    { do: "card", application: { ...application, appliedAt: 0 } },
    { ...someone("910000000000000001"), isPerson: false, ...to },
  );
}

/** A week with so many charities, named "Charity 1" and so on, the first of which received most. */
export function distribution(charities: number, to: To = {}): Claimed {
  type Week = Extract<Claimed["about"], { do: "distribution" }>["week"];
  const shares = Array.from({ length: charities }, (_, index): Week["shares"][number] => ({
    charityId: `c${index}` as Week["shares"][number]["charityId"],
    name: `Charity ${index + 1}`,
    city: "Valle",
    amount: 10_000 - index * 100,
    urgency: 50,
    gap: 20_000,
  }));
  const given = shares.reduce((sum, { amount }) => sum + amount, 0);
  const totals = { amount: given, given, carried: 0, gifts: 3, charities, cities: 1 };
  const weekStartDate = Date.UTC(2026, 10, 16);
  const week: Week = { weekStartDate, state: "done", ...totals, shares };
  return work(
    { do: "distribution", week },
    { ...someone("910000000000000001"), isPerson: false, ...to },
  );
}

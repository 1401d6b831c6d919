import type { LeasedDelivery } from "../../../shared/messages/leased.ts";
import type { Person } from "../../../bots/sandbox/contract.ts";

// Pieces of work as a claim hands them out.

export const mia: Person = {
  key: "mia",
  name: "Mia Fischer",
  language: "en",
  telegramId: 1003,
  discordId: "900000000000001003",
};

type To = Partial<LeasedDelivery["to"]>;
type Admit = Extract<LeasedDelivery["payload"], { kind: "admit" }>;
type Role = Extract<LeasedDelivery["payload"], { kind: "role" }>;

export const someone = (chatId: string): LeasedDelivery["to"] => ({
  chatId,
  isPerson: true,
  locale: "en",
  timezone: "UTC",
});

function leased(payload: LeasedDelivery["payload"], to: LeasedDelivery["to"]): LeasedDelivery {
  const deliveryId = "d" as LeasedDelivery["deliveryId"];
  return {
    deliveryId,
    fencingToken: 1,
    key: `${payload.kind}|1|message`,
    part: "message",
    to,
    payload,
  };
}

export const role = ({ chatId = mia.discordId, ...more }: Partial<Role> & To): LeasedDelivery =>
  leased({ kind: "role", guildId: "1", role: "Member", isGranted: true, ...more }, someone(chatId));

export const admit = ({
  to = {},
  ...more
}: Partial<Omit<Admit, "do">> & { to?: To }): LeasedDelivery =>
  leased(
    { kind: "admit", chatId: "-1001000000001", isApproved: true, ...more },
    { ...someone(""), ...to },
  );

type ScheduledEvent = Extract<
  LeasedDelivery["payload"],
  { kind: "scheduledEvent" }
>["scheduledEvent"];

/** An event for a server's own. */
export const scheduledEvent = (scheduledEvent: ScheduledEvent): LeasedDelivery =>
  leased(
    { kind: "scheduledEvent", scheduledEvent },
    { ...someone(scheduledEvent.guildId), isPerson: false },
  );

export const notice = (to: To = {}): LeasedDelivery =>
  leased({ kind: "notice", notice: { kind: "approved" } }, { ...someone(mia.discordId), ...to });

export function card(to: To = {}): LeasedDelivery {
  const _id = "a" as Extract<LeasedDelivery["payload"], { kind: "card" }>["application"]["_id"];
  const written = { goal: "To climb", motivation: "I am new", name: mia.name, handle: mia.key };
  const application = { _id, ...written, status: "pending", platform: "discord" } as const;
  return leased(
    { kind: "card", application: { ...application, appliedAt: 0 } },
    { ...someone("910000000000000001"), isPerson: false, ...to },
  );
}

/** A new board, which is posted and pinned. */
export const board = (to: To = {}): LeasedDelivery => ({
  ...leased(
    { kind: "board", board: { view: "events", org: "Club", events: [], hasMore: false } },
    { ...someone(""), ...to },
  ),
  part: "kept",
});

/** A week with so many charities, named "Charity 1" and so on, the first of which received most. */
export function distribution(charities: number, to: To = {}): LeasedDelivery {
  type Week = Extract<LeasedDelivery["payload"], { kind: "distribution" }>["week"];
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
  return leased(
    { kind: "distribution", week },
    { ...someone("910000000000000001"), isPerson: false, ...to },
  );
}

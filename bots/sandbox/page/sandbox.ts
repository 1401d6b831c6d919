import type { Act, Fault, Person, Place, Platform } from "../contract.ts";

/** What the sandbox's server says and takes, beside the words of the contract. */

export type SandboxPerson = Pick<Person, "key" | "name" | "language">;

export type TelegramCommand = { command: string; description: string };

type Described = { description: string; description_localizations?: Record<string, string> | null };

export type SlashOption = Described & {
  name: string;
  required?: boolean;
  autocomplete?: boolean;
  choices?: { name: string; value: string | number }[];
};

export type SlashCommand = Described & { name: string; options?: SlashOption[] };

/** A description in the reader's language, where the bot gave one. */
export function describe(what: Described, language: string): string {
  const [primary = language] = language.split("-");
  const all = Object.entries(what.description_localizations ?? {});
  const own = all.find(([key]) => key === language) ?? all.find(([key]) => key.startsWith(primary));
  return own?.[1] ?? what.description;
}

export type Sandbox = {
  people: SandboxPerson[];
  places: Record<Platform, Place[]>;
  commands: { telegram: TelegramCommand[]; discord: SlashCommand[] };
  version?: string;
};

/** Who is talking, and where. */
export type Seat = { as: string; in: string };

type WithoutSeat<Some> = Some extends unknown ? Omit<Some, "as" | "in"> : never;

/** An act, before it is known whose it is. */
export type PersonAction = WithoutSeat<Act>;

export type CalendarEvent = {
  slug: string;
  title: string;
  start: string;
  end?: string;
  location?: { name: string };
  online?: boolean;
  cancelled?: boolean;
};

export type LumaFault = { kind: string; count: number; retryAfter?: number };

export type PrivyAccount = {
  type: "email" | "telegram" | "discord_oauth" | "wallet";
  address?: string;
  username?: string;
};

export type PrivyUser = { id: string; accounts: PrivyAccount[] };

export type ControlPanel = {
  crons: { name: string; next?: number; nextDue?: number }[];
  tables: Record<string, number>;
  deliveries: Record<string, number>;
  faults: { telegram: Fault[]; discord: Fault[] } & Record<
    "luma" | "privy" | "stripe",
    LumaFault[]
  >;
  /** Cents. */
  giving: {
    paidInAll: number;
    pages: {
      id: string;
      who: string | null;
      amount: number;
      status: string;
      url: string | null;
    }[];
    subscriptions: {
      id: string;
      who: string | null;
      amount: number;
      status: string;
      nextPaymentAt: number;
      cardWorks: boolean;
    }[];
  };
  calendar: CalendarEvent[];
  /** The Discord server's own events. */
  scheduled: { id: string; name: string; start: string; location: string }[];
  openai: { mode: string; calls: number; waiting: number };
  identity: {
    privy: {
      inbox: string;
      users: PrivyUser[];
      mails: { to: string; at: number; code: string }[];
    };
  };
  versions: Record<string, string>;
  clock: { now: number; offset: number };
  bots: { running: boolean };
};

export type ControlRequest =
  | { do: "run"; cron: string }
  | { do: "calendar"; put: CalendarEvent }
  | { do: "calendar"; remove: string }
  | { do: "fault"; platform: string; kind: string; count: number; retryAfter?: number }
  | { do: "privy"; unlink: { user: string; account: PrivyAccount } }
  | { do: "openai"; mode: string }
  | ({ do: "stripe" } & (
      | { pay: string }
      | { card: string; works: boolean }
      | { renew: true }
      | { repeat: number }
      | { hold: true }
      | { release: "shuffled" }
    ))
  | { do: "distribute" }
  | { do: "kill"; what: "bots" }
  | { do: "clock"; advance: string };

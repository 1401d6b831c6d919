// What the local sandbox's two chat emulators have in common, so that the page, the script
// interface
// and the tests drive both with the same words.

export type Platform = "telegram" | "discord";

/** A person of the sandbox. One person has an account on both platforms. */
export type Person = {
  /** The name scripts use: "ana". */
  key: string;
  name: string;
  /** What the platform says of the person's language: "en", "es-419". */
  language: string;
  telegramId: number;
  /** A Discord snowflake. */
  discordId: string;
};

/** Where people talk. `dm` is one place per person; the others are shared. */
export type Place = {
  /** The name scripts use: "dm", "group", "announcements". */
  key: string;
  title: string;
  kind: "dm" | "group" | "channel" | "topic" | "thread";
  /** The platform's own id of the chat; absent for `dm`, which differs from person to person. */
  id?: string;
  /** The chat a topic or thread belongs to. */
  parent?: string;
};

/**
 * One thing a person does. Times are the emulator's own; nothing here is trusted input.
 * `replyTo` is the id of the message answered, where the platform has replies.
 */
export type Act = { as: string; in: string } & (
  | { do: "say"; text: string; replyTo?: string }
  | { do: "command"; name: string; options?: Record<string, string | number | boolean> }
  | { do: "autocomplete"; name: string; option: string; value: string }
  | { do: "click"; message: string; button: string }
  | { do: "choose"; message: string; menu: string; values: string[] }
  | { do: "submit"; modal: string; fields: Record<string, string> }
  | { do: "join" }
  | { do: "addBot" }
  | { do: "removeBot" }
);

/** What came back at once: messages sent or changed, a toast, autocomplete choices, a modal. */
export type ActAnswer =
  | {
      ok: true;
      messages?: TranscriptMessage[];
      toast?: string;
      choices?: { name: string; value: string }[];
      modal?: {
        id: string;
        title: string;
        fields: {
          id: string;
          label: string;
          required: boolean;
          multiline: boolean;
          value?: string;
        }[];
      };
      /** True where nothing came back before the time was up. */
      silent?: boolean;
    }
  | { ok: false; error: string };

/** A piece of formatting over `text`, in UTF-16 units, in Telegram's words. */
export type TranscriptEntity = { type: string; offset: number; length: number; url?: string };

export type TranscriptMessage = {
  id: string;
  /** A person's key, or "plaza" for the bot. */
  from: string;
  /** Unix milliseconds, by the emulator's clock. */
  at: number;
  text: string;
  entities?: TranscriptEntity[];
  embeds?: {
    title?: string;
    url?: string;
    description?: string;
    color?: number;
    image?: string;
    /** What the image says to those who cannot see it, where it was sent with such words. */
    alt?: string;
    fields?: { name: string; value: string }[];
    footer?: string;
  }[];
  /** Rows of buttons; a link button has `url`, one that only copies has what it copies. */
  buttons?: { label: string; url?: string; copy?: string; disabled?: boolean }[][];
  menus?: { id: string; placeholder?: string; options: { label: string; value: string }[] }[];
  files?: { name: string; mime: string; size: number; url: string }[];
  photo?: string;
  /**
   * The picture that the bot sent with the message, wherever its platform shows it: where its bytes
   * are, and what those who cannot see it are told. Telegram has no words for that but the caption.
   */
  picture?: { url: string; alt: string };
  /** Unix milliseconds of the last edit. */
  edited?: number;
  /** Seen by one person only. */
  ephemeral?: boolean;
  deleted?: boolean;
};

/** What to break, and how often. */
export type Fault = {
  /**
   * 429 with `retryAfter` seconds; 500 after the request took effect; a dropped socket before or
   * after; a slow answer; a refusal in the platform's own words.
   */
  kind: "429" | "500-after" | "drop-before" | "drop-after" | "slow" | "refuse";
  count: number;
  retryAfter?: number;
  /** Only for requests whose method (Telegram) or route (Discord) contains this. */
  only?: string;
  /** Only for requests about the chat with this id. */
  chat?: string;
  /**
   * What a refusal answers: the HTTP status and the platform's words. `code` is Discord's; with
   * `isHtml` the answer comes from Cloudflare, which stands before Discord. `parameters` are Telegram's.
   */
  refusal?: {
    status: number;
    description: string;
    code?: number;
    isHtml?: boolean;
    parameters?: Record<string, number>;
  };
};

/** One platform's emulator, listening on loopback. */
export type ChatEmulator = {
  platform: Platform;
  /** What the library is pointed at: grammY's `apiRoot`, discord.js's `rest.api`. */
  url: string;
  token: string;
  people(): Person[];
  places(): Place[];
  addPlace(place: Place): void;
  /** Resolves when the bot has answered, or after `waitMs`. */
  act(act: Act, waitMs?: number): Promise<ActAnswer>;
  /** What `as` sees in `in`, oldest first, ephemeral messages of others left out. */
  transcript(query: { in: string; as: string }): TranscriptMessage[];
  isTyping(query: { in: string; as: string }): boolean;
  /** The file behind `TranscriptMessage.files[].url` or `photo`. */
  file(id: string): { name: string; mime: string; bytes: Uint8Array } | undefined;
  fault(fault: Fault): void;
  faults(): Fault[];
  /** Called after anything a person could see has changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
  /** Requests seen by the wire, newest last, bounded: for rate and duplicate checks. */
  requests(): { at: number; method: string; status: number; chat?: string }[];
  close(): Promise<void>;
};

/**
 * A request to an emulator and its answer, for tests that compare both with a description of the
 * real service.
 */
export type Exchange = {
  /** The HTTP method in Discord, the Bot API's method in Telegram. */
  method: string;
  /** The path without the API's version (Discord). */
  path?: string;
  query?: Record<string, string>;
  /** The JSON of the body; in Telegram the parameters, which are strings where a form was sent. */
  body: unknown;
  /** The names of the uploaded parts. */
  uploads: string[];
  /** 0 where the connection was dropped. */
  status: number;
  /** The JSON of the answer; undefined for none. */
  answer: unknown;
};

/** How long an act waits for an answer where nothing else is said. */
export const defaultWaitMs = 5_000;

/** What an emulator is started with. `now` is the only clock it reads. */
export type ChatEmulatorOptions = {
  /** Is handed every request of the bot with its answer. */
  onExchange?: (exchange: Exchange) => void;
  /** The longest that an act waits for an answer, milliseconds. */
  waitMs?: number;
  port?: number;
  people: Person[];
  places: Place[];
  now?: () => number;
};

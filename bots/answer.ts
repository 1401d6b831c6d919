import { noArgs, type Args } from "../shared/commands/args.ts";
import type { Call, Chat } from "../shared/commands/command.ts";
import { organizations } from "../shared/commands/organizations.ts";
import { chatSubject } from "../shared/identity.ts";
import type { Message, Reader } from "../shared/messages/message.ts";
import { type Plaza, PlazaAway } from "../shared/plaza.ts";
import { refusalOf } from "../shared/refusals.ts";
import { localeOf, texts } from "../shared/texts/index.ts";
import type { Backend } from "./convex/index.ts";
import { errorKind, type Log } from "./log.ts";
import { type Illustrated, illustrated } from "./pictures/illustrate.ts";
import type { Preferences } from "./preferences.ts";

/** Who asks, where and with what, as a platform's adapter knows it. */
export type Request = {
  chat: Chat;
  /** `language`: what the platform says, like "es-419". */
  person?: { id: string; name: string; handle?: string; language?: string | undefined };
  args?: Args;
  /** The message that is answered. */
  messageId?: string;
  /** Whether this platform can show a dialog here. */
  showsForms: boolean;
  /** Where to write to the bot in private. */
  privateUrl?: string;
};

export type Answer = Illustrated & { reader: Reader };
export type Answering = (
  request: Request,
  run: (call: Call) => Promise<Message>,
) => Promise<Answer>;

type Parts = { backend: Backend; preferences: Preferences; log: Log; now: () => number };

/**
 * Turns a request into an answer, always: a refusal, a backend that is away and a mistake of ours
 * each become a sentence in the reader's language.
 */
export function createAnswering({ backend, preferences, log, now }: Parts): Answering {
  return async (request, run) => {
    let reader = fallbackReader(request);
    try {
      const call = await callOf(request, { backend, preferences, now: now() });
      reader = call.reader;
      return { ...(await illustrated(await run(call), reader, log)), reader };
    } catch (error) {
      return { message: problem(error, reader, log), reader };
    }
  };
}

function problem(error: unknown, reader: Reader, log: Log): Message {
  const t = texts(reader.locale);
  const refusal = refusalOf(error);
  if (refusal) return { lines: [[t(`refusal.${refusal}`)]], isPrivate: true };
  log.error(errorKind(error), error instanceof PlazaAway ? "Convex is away" : "a command failed");
  return { lines: [[t(error instanceof PlazaAway ? "away" : "oops")]], isPrivate: true };
}

function fallbackReader({ person }: Request): Reader {
  return { locale: localeOf(person?.language) ?? "en", timezone: "UTC" };
}

async function callOf(
  request: Request,
  { backend, preferences, now }: { backend: Backend; preferences: Preferences; now: number },
): Promise<Call> {
  const { chat, person, args = noArgs, messageId, showsForms, privateUrl } = request;
  const [own, ofChat] = await Promise.all([
    person ? preferences.ofPerson(person) : null,
    chat.kind === "private" ? null : preferences.ofChat(chat.id, chat.threadId),
  ]);
  const caller = person ? backend.as(chatSubject(chat.platform, person.id)) : backend.bot;
  const plaza: Plaza = {
    ...caller,
    async mutation(mutation, args) {
      const result = await caller.mutation(mutation, args);
      preferences.forget(person?.id, chat.id, chat.threadId);
      return result;
    },
  };
  // The person's choice, else what the platform says, else the channel's language.
  const locale = own?.locale ?? localeOf(person?.language) ?? ofChat?.locale ?? "en";
  const timezone = own?.timezone ?? ofChat?.timezone ?? (await firstZone(plaza)) ?? "UTC";
  return {
    chat: {
      ...chat,
      ...(ofChat?.orgId && { orgId: ofChat.orgId }),
      ...(ofChat && { isForModerators: ofChat.isForModerators }),
    },
    ...(person && {
      person: {
        id: person.id,
        name: person.name,
        ...(person.handle !== undefined && { handle: person.handle }),
        standing: own?.standing ?? "stranger",
      },
    }),
    reader: { locale, timezone },
    chosen: {
      tellIn: own?.tellIn ?? "auto",
      muted: own?.muted ?? [],
      ...(own?.locale && { locale: own.locale }),
      ...(own?.timezone && { timezone: own.timezone }),
    },
    args,
    ...(messageId !== undefined && { messageId }),
    showsForms,
    ...(privateUrl !== undefined && { privateUrl }),
    t: texts(locale),
    now,
    plaza,
  };
}

/** A person who never said where they are is most likely where the first organization is. */
async function firstZone(plaza: Plaza): Promise<string | undefined> {
  return (await organizations({ plaza }))[0]?.timezone;
}

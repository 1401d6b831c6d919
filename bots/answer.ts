import { type Args, noArgs } from "../shared/commands/args.ts";
import { organizations } from "../shared/commands/community/organizations.ts";
import { reply } from "../shared/commands/reply.ts";
import type { Chat, CommandContext, Reply, ReplyOptions } from "../shared/commands/command.ts";
import { chatSubject } from "../shared/identity.ts";
import type { Reader } from "../shared/messages/message.ts";
import { type Backend, BackendUnavailable } from "../shared/backend.ts";
import { refusalOf } from "../shared/refusals.ts";
import { localeOf, texts } from "../shared/texts/index.ts";
import type { BackendClient } from "./backend/index.ts";
import { errorKind, type Log } from "./log.ts";
import { type Illustrated, illustrated } from "./pictures/illustrate.ts";
import type { Budgets } from "./budget.ts";
import type { Preferences } from "./preferences.ts";
import type { Clock } from "./clock.ts";

/** A request as a platform's adapter knows it. */
export type Request = {
  chat: Chat;
  /** `language`: what the platform says, like "es-419". */
  person?: { id: string; name: string; handle?: string; language?: string | undefined };
  /** Somebody in a group whom the platform does not name: an anonymous admin. */
  isAnonymous?: boolean;
  args?: Args;
  /** The message that is answered. */
  messageId?: string;
  /** The platform can show a form as a modal. */
  supportsModals: boolean;
  /** The platform can show an answer to one person alone among others. */
  supportsEphemeral: boolean;
  /** Where to write to the bot in private. */
  privateUrl?: string;
};

/** A message ready to be rendered for its reader. */
export type Answer = Illustrated & { reader: Reader };
export type Answering = (
  request: Request,
  run: (ctx: CommandContext) => Promise<Reply>,
) => Promise<Answer & { options: ReplyOptions }>;

type Parts = { backend: BackendClient; preferences: Preferences; log: Log; now: () => number };

/**
 * Turns every request into an answer: a refusal, an unavailable backend and an unexpected error each
 * become a sentence in the reader's language.
 */
export function createAnswering({ backend, preferences, log, now }: Parts): Answering {
  return async (request, run) => {
    let reader = fallbackReader(request);
    try {
      const ctx = await contextOf(request, { backend, preferences, now: now() });
      reader = ctx.reader;
      const { message, options } = await run(ctx);
      return { ...(await illustrated(message, reader, log)), options, reader };
    } catch (error) {
      return { ...failureReply(error, request, reader, log), reader };
    }
  };
}

function failureReply(error: unknown, { isAnonymous }: Request, reader: Reader, log: Log): Reply {
  const t = texts(reader.locale);
  const refusal = refusalOf(error);
  if (refusal && isAnonymous) return reply({ lines: [[t("anonymous")]] }, { ephemeral: true });
  if (refusal) return reply({ lines: [[t(`refusal.${refusal}`)]] }, { ephemeral: true });
  const isUnavailable = error instanceof BackendUnavailable;
  log.error(errorKind(error), isUnavailable ? "Convex is unavailable" : "a command failed");
  return reply(
    { lines: [[t(isUnavailable ? "backend.unavailable" : "oops")]] },
    { ephemeral: true },
  );
}

function fallbackReader({ person }: Request): Reader {
  return { locale: localeOf(person?.language) ?? "en", timezone: "UTC" };
}

async function contextOf(
  request: Request,
  { backend, preferences, now }: { backend: BackendClient; preferences: Preferences; now: number },
): Promise<CommandContext> {
  const { chat, person, args = noArgs, messageId, privateUrl } = request;
  const [own, ofChat] = await Promise.all([
    person ? preferences.ofPerson(person) : null,
    chat.kind === "private" ? null : preferences.ofChat(chat.id, chat.threadId),
  ]);
  const caller = person ? backend.as(chatSubject(chat.platform, person.id)) : backend.bot;
  const asCaller: Backend = {
    ...caller,
    async mutation(mutation, args) {
      const result = await caller.mutation(mutation, args);
      preferences.invalidateChatCache(person?.id, chat.id, chat.threadId);
      return result;
    },
  };
  // The person's choice, else what the platform says, else the channel's language.
  const locale = own?.locale ?? localeOf(person?.language) ?? ofChat?.locale ?? "en";
  const timezone = own?.timezone ?? ofChat?.timezone ?? (await firstZone(asCaller)) ?? "UTC";
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
        accessLevel: own?.accessLevel ?? "stranger",
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
    supportsModals: request.supportsModals,
    supportsEphemeral: request.supportsEphemeral,
    ...(privateUrl !== undefined && { privateUrl }),
    t: texts(locale),
    now,
    backend: asCaller,
  };
}

/** A person without a time zone is most likely in that of the first organization. */
async function firstZone(backend: Backend): Promise<string | undefined> {
  return (await organizations({ backend }))[0]?.timezone;
}

/** What every platform's bot is given. */
export type BotParts = {
  answering: Answering;
  backend: BackendClient;
  budgets: Budgets;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
};

/** A platform's bot at work. */
export type RunningBot = {
  /** Connected to its platform, and able to answer. */
  isReady(): boolean;
  /** Resolves when everything it had begun is done. */
  stopped: Promise<void>;
};

import type { Bot, Context, Filter } from "grammy";
import { api } from "../../convex/_generated/api.js";
import { parseArgs } from "../../shared/commands/args.ts";
import { frontDoor, runJoinRequest } from "../../shared/commands/index.ts";
import { readActionId } from "../../shared/commands/frontDoor.ts";
import { reply } from "../../shared/commands/reply.ts";
import type { CommandContext, Reply } from "../../shared/commands/command.ts";
import { cleanName } from "../../shared/messages/sanitize.ts";
import type { BotParts, Request } from "../answer.ts";
import { answerAction } from "./action.ts";
import type { Answers } from "./answers.ts";
import { askedBy, isAnonymous } from "./asked.ts";
import { authorOf, chatOf, personOf } from "./request.ts";
import { sendMessage, sendTyping, type Target } from "./send.ts";

/** A slow answer shows "typing" after this long. */
const typingAfterMs = 700;

type Parts = Pick<BotParts, "answering" | "backend"> & {
  answers: Answers;
  /** The request is one too many: it is answered with a sentence. */
  isTooMany: (updateId: number) => boolean;
  /** The update is finished when this is. */
  finishedBy: (updateId: number, sending: Promise<void>) => void;
};

/** What every request from Telegram says of the platform. */
function platformOf(ctx: Context) {
  return {
    supportsModals: false,
    supportsEphemeral: false,
    privateUrl: `https://t.me/${ctx.me.username}`,
  };
}

/** Says what the bot does with each kind of update. */
export function addHandlers(bot: Bot, parts: Parts): void {
  const { answering, backend, answers, isTooMany, finishedBy } = parts;

  const answer = async (
    ctx: Context,
    request: Request,
    run: (command: CommandContext) => Promise<Reply>,
  ) => {
    const typing = setTimeout(() => void sendTyping(ctx.api, targetOf(request)), typingAfterMs);
    const tooMany = isTooMany(ctx.update.update_id);
    try {
      return await answering(request, tooMany ? async (one) => waitAMinute(one) : run);
    } finally {
      clearTimeout(typing);
    }
  };
  const send = (ctx: Context, { chatId }: Target, work: () => Promise<void>) =>
    finishedBy(ctx.update.update_id, answers.send(chatId, work));

  const onText = async (ctx: Filter<Context, "message:text" | "channel_post:text">) => {
    const { msg } = ctx;
    const asked = askedBy(msg, ctx.me.username);
    if (!asked) return;
    const { command } = asked;
    const person = authorOf(msg);
    const request: Request = {
      ...platformOf(ctx),
      chat: chatOf(ctx.chat, msg),
      args: parseArgs(command?.rest ?? "", command?.known?.options ?? []),
      messageId: String(msg.message_id),
      ...(person && { person }),
      ...(isAnonymous(msg) && { isAnonymous: true }),
    };
    const run = async (context: CommandContext) => {
      if (!command) return await frontDoor.answerText(context, msg.text);
      const isForStaff = (command.known?.for ?? "anyone") !== "anyone";
      if (request.isAnonymous && isForStaff) return reply({ lines: [[context.t("anonymous")]] });
      return await frontDoor.runCommand(context, command.name);
    };
    const given = await answer(ctx, request, run);
    send(ctx, targetOf(request), async () => {
      try {
        await sendMessage(ctx.api, targetOf(request), given);
      } finally {
        // In groups this needs the right to delete; where it is missing, the answer asks to delete it.
        if (given.options.deletesRequest) await ctx.deleteMessage().catch(() => undefined);
      }
    });
  };
  bot.on(["message:text", "channel_post:text"], onText);

  bot.on("callback_query:data", async (ctx) => {
    const { message, from, data } = ctx.callbackQuery;
    if (!message) return;
    // A message that is too old to be seen has no thread; its topic is then not known.
    const chat = chatOf(message.chat, message.date === 0 ? undefined : message);
    const request = { ...platformOf(ctx), chat, person: personOf(from) };
    const { actionId, keepsMessage } = readActionId(data);
    const given = await answer(ctx, request, async (context) =>
      frontDoor.runAction(context, actionId),
    );
    await answerAction(ctx, request, given, {
      keepsMessage,
      send: (work) => send(ctx, targetOf(request), work),
    });
  });

  // For five minutes the bot may write to the applicant: https://core.telegram.org/bots/api#chatjoinrequest
  bot.on("chat_join_request", async (ctx) => {
    const { chat, from, user_chat_id } = ctx.chatJoinRequest;
    const wanted = { chatId: String(chat.id), title: cleanName(chat.title ?? "", 120) };
    const request: Request = {
      ...platformOf(ctx),
      chat: { platform: "telegram", id: String(user_chat_id), kind: "private", title: "" },
      person: personOf(from),
    };
    const given = await answer(ctx, request, async (context) => runJoinRequest(context, wanted));
    send(ctx, targetOf(request), async () => {
      await sendMessage(ctx.api, targetOf(request), given);
    });
  });

  bot.on("message:migrate_to_chat_id", async (ctx) => {
    const to = String(ctx.msg.migrate_to_chat_id);
    await backend.bot.mutation(api.channels.moved, { from: String(ctx.chat.id), to });
  });

  bot.on("my_chat_member", async (ctx) => {
    const { status } = ctx.myChatMember.new_chat_member;
    if (status !== "left" && status !== "kicked") return;
    const reason = ctx.chat.type === "private" ? "blocked by the user" : `the bot has ${status}`;
    await backend.bot.mutation(api.channels.gone, { chatId: String(ctx.chat.id), reason });
  });
}

function targetOf({ chat }: Request): Target {
  return { chatId: chat.id, threadId: chat.threadId };
}

function waitAMinute({ t }: CommandContext): Reply {
  return reply({ lines: [[t("flood.wait")]] }, { ephemeral: true });
}

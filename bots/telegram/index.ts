import { autoRetry } from "@grammyjs/auto-retry";
import { Bot, type Context, type Filter, GrammyError } from "grammy";
import { api } from "../../convex/_generated/api.js";
import { parseArgs } from "../../shared/commands/args.ts";
import { commands, frontDoor, runJoinRequest } from "../../shared/commands/index.ts";
import { readActionId } from "../../shared/commands/frontDoor.ts";
import type { CommandContext, Reply, ReplyOptions } from "../../shared/commands/command.ts";
import { cleanName } from "../../shared/messages/sanitize.ts";
import type { Answer, BotParts, Request, RunningBot } from "../answer.ts";
import { errorKind } from "../log.ts";
import { leanFetch } from "./fetch.ts";
import { pollUpdates } from "./polling.ts";
import { answerAction } from "./action.ts";
import { authorOf, chatOf, personOf, readCommand } from "./request.ts";
import { sendMessage } from "./send.ts";
import { locales, texts } from "../../shared/texts/index.ts";

/** A slow answer shows "typing" after this long. */
const typingAfterMs = 700;

/** What every request from Telegram says of the platform. */
function platformOf(ctx: Context) {
  return {
    supportsModals: false,
    supportsEphemeral: false,
    privateUrl: `https://t.me/${ctx.me.username}`,
  };
}

async function sendReply(
  ctx: Context,
  request: Request,
  answer: Answer & { options: ReplyOptions },
): Promise<void> {
  const { id: chatId, threadId } = request.chat;
  await sendMessage(ctx.api, { chatId, threadId }, answer);
  // In groups this needs the right to delete; where it is missing, the answer asks to delete it.
  if (answer.options.deletesRequest) await ctx.deleteMessage().catch(() => undefined);
}

/** Runs the Telegram bot until `signal` aborts. */
export async function runTelegram(
  { token, apiRoot }: { token: string; apiRoot: string | undefined },
  { answering, backend, clock, log, signal }: BotParts,
): Promise<RunningBot> {
  const bot = new Bot(token, {
    client: { ...(apiRoot && { apiRoot }), timeoutSeconds: 60, fetch: leanFetch },
  });
  // Short waits only; what is ambiguous is not sent a second time behind our back.
  bot.api.config.use(
    autoRetry({
      maxRetryAttempts: 3,
      maxDelaySeconds: 10,
      rethrowHttpErrors: true,
      rethrowInternalServerErrors: true,
    }),
  );

  const answer = async (
    ctx: Context,
    request: Request,
    run: (command: CommandContext) => Promise<Reply>,
  ) => {
    const typing = setTimeout(() => {
      ctx.replyWithChatAction("typing").catch(() => undefined);
    }, typingAfterMs);
    try {
      return await answering(request, run);
    } finally {
      clearTimeout(typing);
    }
  };

  const onText = async (ctx: Filter<Context, "message:text" | "channel_post:text">) => {
    const { msg } = ctx;
    const command = readCommand(msg.text, ctx.me.username);
    const chat = chatOf(ctx.chat, msg);
    const person = authorOf(msg);
    if (command === "other") return;
    // Members' talk in groups is not ours to answer.
    if (!command && chat.kind !== "private") return;
    const known = command && commands.find((one) => one.name === command.name);
    if (command && !known && chat.kind !== "private" && !command.isForMe) return;
    const args = parseArgs(command?.rest ?? "", known?.options ?? []);
    const messageId = String(msg.message_id);
    const request = { ...platformOf(ctx), chat, args, messageId, ...(person && { person }) };
    const run = async (context: CommandContext) =>
      command
        ? await frontDoor.runCommand(context, command.name)
        : await frontDoor.answerText(context, msg.text);
    await sendReply(ctx, request, await answer(ctx, request, run));
  };
  bot.on(["message:text", "channel_post:text"], onText);

  bot.on("callback_query:data", async (ctx) => {
    const { message, from, data } = ctx.callbackQuery;
    if (!message) return;
    const chat = chatOf(message.chat, "text" in message ? message : undefined);
    const request = { ...platformOf(ctx), chat, person: personOf(from) };
    const { actionId, keepsMessage } = readActionId(data);
    const given = await answer(ctx, request, async (context) =>
      frontDoor.runAction(context, actionId),
    );
    await answerAction(ctx, request, given, keepsMessage);
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
    const given = await answering(request, async (context) => runJoinRequest(context, wanted));
    await sendMessage(ctx.api, { chatId: String(user_chat_id) }, given);
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

  // One broken update must not stop the others of its batch; its text may hold a token.
  const handle = bot.handleUpdate.bind(bot);
  bot.handleUpdate = async (update) => {
    try {
      await handle(update);
    } catch (error) {
      const cause = error instanceof Error && "error" in error ? error.error : error;
      const description = cause instanceof GrammyError ? cause.description : undefined;
      log.error({ ...errorKind(cause), description, update: update.update_id }, "an update failed");
    }
  };

  await bot.init();
  await registerCommands(bot);
  let isPolling = false;
  const onReady = () => {
    isPolling = true;
  };
  const stopped = pollUpdates(bot, { clock, log, signal, onReady });
  log.info({ username: bot.botInfo.username }, "Telegram bot runs");
  return { isReady: () => isPolling, stopped };
}

/**
 * Puts the command table into Telegram's menu, in each language. Admin commands are not in the menu
 * that everybody sees; they work all the same, for admins.
 */
async function registerCommands(bot: Bot): Promise<void> {
  const listed = commands.filter((command) => command.for === "anyone");
  for (const locale of [undefined, ...locales]) {
    const t = texts(locale ?? "en");
    await bot.api.setMyCommands(
      listed.map(({ name, describe }) => ({ command: name, description: t(describe) })),
      locale ? { language_code: locale } : {},
    );
  }
}

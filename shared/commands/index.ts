import { isLinkCode } from "../linkCode.ts";
import { deleteMine, exportMine } from "./account.ts";
import { calendar } from "./calendar.ts";
import { channel } from "./channel.ts";
import { charities } from "./charities.ts";
import { charity } from "./charity.ts";
import type { Command, CommandContext } from "./command.ts";
import { approve, reject } from "./decide.ts";
import { deliveries } from "./deliveries.ts";
import { distribution } from "./distribution.ts";
import { event } from "./event.ts";
import { events } from "./events.ts";
import { createFrontDoor } from "./frontDoor.ts";
import { give } from "./give.ts";
import { going } from "./going.ts";
import { greeting, helpMessage } from "./help.ts";
import { impact } from "./impact.ts";
import { join, joinRequested } from "./join.ts";
import { link, startCode, unlink } from "./link.ts";
import { me } from "./me.ts";
import { needs } from "./needs.ts";
import { org } from "./org.ts";
import { pending } from "./pending.ts";
import { profile } from "./profile.ts";
import { queue } from "./queue.ts";
import { remind } from "./remind.ts";
import { type Reply, reply } from "./reply.ts";
import { role } from "./role.ts";
import { settings } from "./settings.ts";
import { sync } from "./sync.ts";

const start: Command = {
  name: "start",
  describe: "command.start",
  for: "anyone",
  options: [{ name: "code", describe: "option.code" }],
  run: begin,
};

const help: Command = {
  name: "help",
  describe: "command.help",
  for: "anyone",
  options: [],
  run: async (ctx) => reply(helpMessage(ctx, commands)),
};

/** All commands; a command is registered by standing in this list. */
export const commands: readonly Command[] = [
  start,
  help,
  events,
  event,
  calendar,
  going,
  remind,
  queue,
  join,
  me,
  profile,
  link,
  unlink,
  give,
  settings,
  exportMine,
  deleteMine,
  impact,
  charities,
  pending,
  approve,
  reject,
  role,
  org,
  sync,
  channel,
  charity,
  needs,
  distribution,
  deliveries,
];

export const frontDoor = createFrontDoor(commands);

/**
 * `/start`, alone or with the parameter of a deep link: the name of a command to go on with, or a
 * link code.
 */
async function begin(ctx: CommandContext): Promise<Reply> {
  const parameter = ctx.args.named["code"] ?? ctx.args.words[0] ?? "";
  if (isLinkCode(parameter)) return await startCode(ctx, parameter);
  const command = commands.find(({ name }) => name === parameter);
  return command && isDeepLinked(command)
    ? await frontDoor.runCommand(ctx, command.name)
    : reply(greeting(ctx, commands));
}

/** Commands that a chat with others sends to the private chat: see `continueInPrivate`. */
function isDeepLinked({ where, ephemeral }: Command): boolean {
  return where !== undefined || ephemeral !== undefined;
}

/** Answers a request to join a Telegram chat, in the private chat with the applicant. */
export async function runJoinRequest(
  ctx: CommandContext,
  wanted: { chatId: string; title: string },
): Promise<Reply> {
  return await frontDoor.shown(ctx, await joinRequested(ctx, wanted));
}

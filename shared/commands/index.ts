import { isLinkCode } from "../linkCode.ts";
import { deleteMine, exportMine } from "./account/privacy.ts";
import { calendar } from "./events/calendar.ts";
import { channel } from "./community/channel.ts";
import { charities } from "./giving/charities.ts";
import { charity } from "./giving/charity.ts";
import { approve, reject } from "./community/applications.ts";
import { deliveries } from "./community/deliveries.ts";
import { distribution } from "./giving/distribution.ts";
import { event } from "./events/event.ts";
import { events } from "./events/events.ts";
import { createFrontDoor } from "./frontDoor.ts";
import { give } from "./giving/give.ts";
import { rsvp } from "./events/rsvp.ts";
import { greeting, helpMessage } from "./help.ts";
import { impact } from "./giving/impact.ts";
import { join, joinRequested } from "./account/join.ts";
import { link, startCode, unlink } from "./account/link.ts";
import { me } from "./account/me.ts";
import { needs } from "./giving/needs.ts";
import { org } from "./community/org.ts";
import { pending } from "./community/pending.ts";
import { profile } from "./account/profile.ts";
import { queue } from "./queue/queue.ts";
import { remind } from "./events/remind.ts";
import { noArgs } from "./args.ts";
import { cleanName } from "../messages/sanitize.ts";
import { reply, withLinesBefore } from "./reply.ts";
import type { Command, CommandContext, Reply } from "./command.ts";
import { role } from "./community/role.ts";
import { settings } from "./account/settings.ts";
import { sync } from "./community/sync.ts";

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
  rsvp,
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
  if (command && isDeepLinked(command))
    return await frontDoor.runCommand({ ...ctx, args: noArgs }, command.name);
  const hello = reply(greeting(ctx, commands));
  if (parameter === "") return hello;
  const unknown = ctx.t("unknown.unused", { words: cleanName(parameter, 60) });
  return withLinesBefore(hello, [[unknown]]);
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

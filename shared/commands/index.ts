import { isLinkCode } from "../linkCode.ts";
import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { deleteMine, exportFile, exportMine, pressDelete } from "./account.ts";
import { calendar } from "./calendar.ts";
import { channel } from "./channel.ts";
import { charities, pressCharities } from "./charities.ts";
import { charity, pressCharity } from "./charity.ts";
import type { Call, Command } from "./command.ts";
import { approve, pressApplication, reject } from "./decide.ts";
import { deliveries, pressRetry } from "./deliveries.ts";
import { answerDialog, pressDialog, shown } from "./dialogs.ts";
import { distribution, pressDistribution } from "./distribution.ts";
import { details, event, eventFile } from "./event.ts";
import { events, pressEvents } from "./events.ts";
import { submitForm } from "./forms.ts";
import { give, pressGive } from "./give.ts";
import { going, pressRsvp } from "./going.ts";
import { greeting, helpMessage } from "./help.ts";
import { impact, pressImpact } from "./impact.ts";
import { join, joinRequested, pressJoin } from "./join.ts";
import { link, pressLink, pressUnlink, startCode, unlink } from "./link.ts";
import { me } from "./me.ts";
import { needs } from "./needs.ts";
import { pressSource } from "./needsSource.ts";
import { org, pressOrg } from "./org.ts";
import { pressCalendar } from "./ownCalendar.ts";
import { pending } from "./pending.ts";
import { pressProfile, profile } from "./profile.ts";
import { pressQueue, queue } from "./queue.ts";
import { pressReminder, remind } from "./remind.ts";
import { pressRole, role } from "./role.ts";
import { pressSettings, settings } from "./settings.ts";
import { pressSync, sync } from "./sync.ts";
import { isElsewhere, sendElsewhere } from "./where.ts";

const start: Command = {
  name: "start",
  describe: "command.start",
  for: "anyone",
  options: [{ name: "code", describe: "option.code" }],
  run: async (call) => await begin(call),
};

const help: Command = {
  name: "help",
  describe: "command.help",
  for: "anyone",
  options: [],
  run: async (call) => helpMessage(call, commands),
};

/** The command table: both platforms register, show and run exactly these. */
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

/** What buttons do. A press is `<word>|<part>|...`; who presses is authorised afresh. */
export const presses: Record<string, (call: Call, parts: readonly string[]) => Promise<Message>> = {
  apply: pressApplication,
  calendar: pressCalendar,
  charities: pressCharities,
  charity: pressCharity,
  delete: pressDelete,
  dialog: pressDialog,
  distribution: pressDistribution,
  event: (call, [id]) => details(call, id ?? ""),
  events: pressEvents,
  export: exportFile,
  file: (call, [id]) => eventFile(call, id ?? ""),
  give: pressGive,
  impact: pressImpact,
  join: pressJoin,
  link: pressLink,
  needs: pressSource,
  org: pressOrg,
  profile: pressProfile,
  queue: pressQueue,
  reminder: pressReminder,
  retry: pressRetry,
  role: pressRole,
  rsvp: pressRsvp,
  settings: pressSettings,
  sync: pressSync,
  unlink: pressUnlink,
};

/** `/start`, alone or with what a link carried: the name of a command to go on with, or a code. */
async function begin(call: Call): Promise<Message> {
  const word = call.args.named["code"] ?? call.args.words[0] ?? "";
  if (isLinkCode(word)) return await startCode(call, word);
  const wanted = commands.find((command) => command.name === word && isOneOnes(command));
  return wanted ? await runCommand(call, wanted.name) : greeting(call, commands);
}

/** Whether something of it is answered in private, where a link from a chat with others leads. */
function isOneOnes({ where, isPrivate }: Command): boolean {
  return where !== undefined || isPrivate !== undefined;
}

/** Runs a command by its name; an unknown one is answered with what there is. */
export async function runCommand(call: Call, name: string): Promise<Message> {
  const command = commands.find((one) => one.name === name);
  if (command && isElsewhere(call, command)) return sendElsewhere(call, command);
  if (command) return await shown(call, await command.run(call));
  if (name === "cancel" || name === "skip") return await pressDialog(call, [name]);
  const unknown = call.t("unknown.command", { command: `/${cleanName(name, 32)}` });
  return { ...helpMessage(call, commands, unknown), isPrivate: true };
}

/** Answers words that are no command: an answer to a question, else people deserve a hint. */
export async function answerText(call: Call, text: string): Promise<Message> {
  const answered = await answerDialog(call, text);
  return answered ?? helpMessage(call, commands, call.t("unknown.text"));
}

/** Runs what a pressed button means; an old or invented one gets a sentence. */
export async function runPress(call: Call, press: string): Promise<Message> {
  const [word = "", ...parts] = press.split("|");
  const handler = Object.hasOwn(presses, word) ? presses[word] : undefined;
  if (!handler) return { lines: [[call.t("unknown.button")]], isPrivate: true };
  // What may be asked for in private alone may be pressed in private alone.
  const command = commands.find((one) => one.name === word);
  if (command && isElsewhere(call, command)) return sendElsewhere(call, command);
  return await shown(call, await handler(call, parts));
}

/** Takes a dialog that was filled in. */
export async function runForm(
  call: Call,
  form: string,
  fields: Readonly<Record<string, string>>,
): Promise<Message> {
  return await submitForm(call, form, fields);
}

/** Somebody asked Telegram to be let into a chat; the answer goes to them in private. */
export async function runJoinRequest(
  call: Call,
  wanted: { chatId: string; title: string },
): Promise<Message> {
  return await shown(call, await joinRequested(call, wanted));
}

import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { calendar } from "./calendar.ts";
import { channel } from "./channel.ts";
import type { Call, Command } from "./command.ts";
import { deliveries, pressRetry } from "./deliveries.ts";
import { details, event, eventFile } from "./event.ts";
import { events, pressEvents } from "./events.ts";
import { greeting, helpMessage } from "./help.ts";
import { org, pressOrg, submitKey } from "./org.ts";
import { pressSettings, settings } from "./settings.ts";
import { pressSync, sync } from "./sync.ts";

const start: Command = {
  name: "start",
  describe: "command.start",
  for: "anyone",
  options: [],
  run: async (call) => greeting(call, commands),
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
  settings,
  org,
  sync,
  channel,
  deliveries,
];

/** What buttons do. A press is `<word>|<part>|...`; who presses is authorised afresh. */
const presses: Record<string, (call: Call, parts: readonly string[]) => Promise<Message>> = {
  events: pressEvents,
  event: (call, [id]) => details(call, id ?? ""),
  file: (call, [id]) => eventFile(call, id ?? ""),
  settings: pressSettings,
  org: pressOrg,
  sync: pressSync,
  retry: pressRetry,
};

/** Runs a command by its name; an unknown one is answered with what there is. */
export async function runCommand(call: Call, name: string): Promise<Message> {
  const command = commands.find((one) => one.name === name);
  if (command) return await command.run(call);
  const unknown = call.t("unknown.command", { command: `/${cleanName(name, 32)}` });
  return { ...helpMessage(call, commands, unknown), isPrivate: true };
}

/** Answers words that are no command: in a private chat people deserve a hint. */
export function answerText(call: Call): Message {
  return helpMessage(call, commands, call.t("unknown.text"));
}

/** Runs what a pressed button means; an old or invented one gets a sentence. */
export async function runPress(call: Call, press: string): Promise<Message> {
  const [word = "", ...parts] = press.split("|");
  const handler = Object.hasOwn(presses, word) ? presses[word] : undefined;
  if (!handler) return { lines: [[call.t("unknown.button")]], isPrivate: true };
  return await handler(call, parts);
}

/** Takes a dialog that was filled in. */
export async function runForm(
  call: Call,
  form: string,
  fields: Readonly<Record<string, string>>,
): Promise<Message> {
  const [word, orgId = ""] = form.split("|");
  if (word === "key") return await submitKey(call, orgId, fields["key"] ?? "");
  return { lines: [[call.t("unknown.button")]], isPrivate: true };
}

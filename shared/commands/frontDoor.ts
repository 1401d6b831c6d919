import { cleanName } from "../messages/sanitize.ts";
import { type Args, watchArgs } from "./args.ts";
import { answerDialog, dialogAction, shown } from "./dialogs.ts";
import { helpMessage } from "./help.ts";
import { createRegistry, type Registry } from "./registry.ts";
import {
  continueInPrivate,
  isOnlyInPrivate,
  reply,
  unknownButton,
  withLinesBefore,
} from "./reply.ts";
import type { Answers, Command, CommandContext, Reply } from "./command.ts";

/** What the platforms' adapters call: everything that a person can do in a chat. */
type FrontDoor = {
  commands: readonly Command[];
  /** Runs a command by its name; an unknown one is answered with the list of commands. */
  runCommand(ctx: CommandContext, name: string): Promise<Reply>;
  /** Whether a command's first answer is for one person alone. */
  isEphemeral(name: string, args: Args): boolean;
  /** Does what a pressed button stands for; an old or invented action id gets a sentence. */
  runAction(ctx: CommandContext, actionId: string): Promise<Reply>;
  /** Takes a form that was filled in. */
  runForm(ctx: CommandContext, formId: string, answers: Answers): Promise<Reply>;
  /** Answers text that is no command: as the answer to a question of a form, else with a hint. */
  answerText(ctx: CommandContext, text: string): Promise<Reply>;
  /** Shows a form in a reply as the platform can: as a modal, or by its first question. */
  shown(ctx: CommandContext, said: Reply): Promise<Reply>;
};

/** Makes the front door of these commands. */
export function createFrontDoor(commands: readonly Command[]): FrontDoor {
  const registry = createRegistry(commands);
  return {
    commands,
    async runCommand(ctx, name) {
      const command = registry.find(name);
      if (command && isOnlyInPrivate(ctx, command)) return continueInPrivate(ctx, command);
      if (command) return await shown(ctx, misread(ctx, command) ?? (await run(ctx, command)));
      if (name === "cancel" || name === "skip") return await dialogAction(registry, ctx, [name]);
      const unknown = ctx.t("unknown.command", { command: `/${cleanName(name, 32)}` });
      return reply(helpMessage(ctx, commands, unknown), { ephemeral: true });
    },
    isEphemeral(name, args) {
      const ephemeral = registry.find(name)?.ephemeral ?? false;
      return typeof ephemeral === "function" ? ephemeral(args) : ephemeral;
    },
    async runAction(ctx, actionId) {
      const [name = "", ...parts] = actionId.split("|");
      if (name === "dialog") return await shown(ctx, await dialogAction(registry, ctx, parts));
      if (name === "form") return openForm(registry, ctx, parts.join("|"));
      const handler = registry.action(name);
      if (!handler) return unknownButton(ctx);
      const command = registry.find(name);
      if (command && isOnlyInPrivate(ctx, command)) return continueInPrivate(ctx, command);
      return await shown(ctx, await handler(ctx, parts));
    },
    runForm: async (ctx, formId, answers) => await registry.submitForm(ctx, formId, answers),
    async answerText(ctx, text) {
      const answered = await answerDialog(registry, ctx, text);
      return answered ?? reply(helpMessage(ctx, commands, ctx.t("unknown.text")));
    },
    shown,
  };
}

/** The first option with a value that is not understood, with what it can be. */
function misread({ args, t }: CommandContext, { options }: Command): Reply | undefined {
  const wrong = options.find(({ name, read }) => {
    const typed = args.named[name];
    return typed !== undefined && read !== undefined && read(typed) === undefined;
  });
  if (!wrong) return undefined;
  const word = args.named[wrong.name] ?? "";
  const [proposal] = wrong.suggest?.(word) ?? [];
  const choices = wrong.choices?.join(", ") ?? t(wrong.describe);
  const hint = proposal ? t("unknown.proposal", { proposal }) : `${wrong.name}: ${choices}`;
  const said = t("unknown.option", { word: cleanName(word, 60), hint });
  return reply({ lines: [[said]] }, { ephemeral: true });
}

/** Runs a command, and says what it could not use of what was typed. */
async function run(ctx: CommandContext, command: Command): Promise<Reply> {
  const { args, unread } = watchArgs(ctx.args);
  const said = await command.run({ ...ctx, args });
  const unused = unread().map((typed) => cleanName(typed, 60));
  if (unused.length === 0) return said;
  return withLinesBefore(said, [[ctx.t("unknown.unused", { words: unused.join("”, “") })]]);
}

/** What a button carries that opens a form, where the form itself came too late. */
export function formAction(formId: string): string {
  return `form|${formId}`;
}

/** Needs nothing of the backend, so that it is in time. */
function openForm(registry: Registry, ctx: CommandContext, formId: string): Reply {
  const form = ctx.supportsModals ? registry.showForm(ctx, formId) : null;
  return form ? reply({ form }, { ephemeral: true }) : unknownButton(ctx);
}

/**
 * What a button carries. A "+" in front keeps the message that it stands under, such as an
 * announcement: the answer is then a message of its own.
 */
export function readActionId(carried: string): { actionId: string; keepsMessage: boolean } {
  const keepsMessage = carried.startsWith("+");
  return { actionId: keepsMessage ? carried.slice(1) : carried, keepsMessage };
}

import {
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type MessageComponentInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from "discord.js";
import { reply } from "../../shared/commands/reply.ts";
import type { ReplyOptions } from "../../shared/commands/command.ts";
import { texts } from "../../shared/texts/index.ts";
import type { Answer } from "../answer.ts";
import type { Clock } from "../clock.ts";
import { errorKind, type Log } from "../log.ts";
import { buttonForForm, payloadOf, showForm } from "./reply.ts";

export type Answerable =
  ChatInputCommandInteraction | MessageComponentInteraction | ModalSubmitInteraction;

/** What is known of the answer before there is one. */
export type Expected = {
  /** Whatever is answered, only the person who asked may see it. */
  isEphemeral: boolean;
  /** A button that leaves its message as it is: the answer is a message of its own. */
  keepsMessage?: boolean;
};

type Given = Answer & { options: ReplyOptions };

/** Discord gives three seconds for the first answer; a slow one is announced before. */
const deferAfterMs = 1_500;

// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
const alreadyAcknowledged = 40060;
/** Unknown interaction, unknown webhook, invalid webhook token: nothing can be answered any more. */
const endedCodes = [10062, 10015, 50027];

/**
 * Answers an interaction with what `work` gives. A slow answer is announced, and the announcement
 * must not decide that others read it: a press is deferred as an update, which shows nothing, and a
 * command that was announced to everybody and is answered in private loses its announcement.
 * Whatever fails, the person gets a sentence.
 */
export async function answerInteraction(
  interaction: Answerable,
  expected: Expected,
  work: Promise<Given>,
  { clock, log }: { clock: Clock; log: Log },
): Promise<void> {
  const done = new AbortController();
  const deferSlow = async () => {
    await clock.sleep(deferAfterMs, done.signal);
    if (!done.signal.aborted) await defer(interaction, expected);
  };
  const deferral = deferSlow();
  // Handled below; until then a refused deferral must not end the process.
  deferral.catch(() => undefined);
  const given = await work;
  // With a reason of ours: the platform's own would bring a stack trace with every answer.
  done.abort("answered");
  await deferral.catch((error: unknown) => {
    log.warn(reasonOf(error), "an answer could not be announced");
    // Refused because it had arrived: the answer to a first try was lost.
    if (codeOf(error) === alreadyAcknowledged) interaction.deferred = true;
  });
  try {
    await deliver(interaction, expected, given);
  } catch (error) {
    log.error(reasonOf(error), "an answer could not be delivered");
    await deliverInstead(interaction, expected, given, error).catch((again: unknown) =>
      log.error(reasonOf(again), "an interaction has no answer"),
    );
  }
}

/** What is logged of an error: Discord's own words say what it refused, and hold no text of ours. */
function reasonOf(error: unknown) {
  const isDiscord = error instanceof DiscordAPIError;
  return { ...errorKind(error), ...(isDiscord && { reason: `${error.code}` }) };
}

function codeOf(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}

/** Under a message that may change, an update decides nothing yet. */
function defersUpdate(
  interaction: Answerable,
  { keepsMessage = false }: Expected,
): interaction is MessageComponentInteraction {
  return interaction.isMessageComponent() && !keepsMessage;
}

async function defer(interaction: Answerable, expected: Expected): Promise<void> {
  if (defersUpdate(interaction, expected)) await interaction.deferUpdate();
  else await interaction.deferReply(flagsOf(expected.isEphemeral));
}

function flagsOf(isEphemeral: boolean) {
  return isEphemeral ? { flags: MessageFlags.Ephemeral as const } : {};
}

async function deliver(interaction: Answerable, expected: Expected, given: Given): Promise<void> {
  if (!interaction.deferred) {
    try {
      return await answerFirst(interaction, expected, given);
    } catch (error) {
      // It was acknowledged by a deferral, or by this answer, whose confirmation was lost.
      if (codeOf(error) !== alreadyAcknowledged) throw error;
      interaction.deferred = true;
    }
  }
  await answerLater(interaction, expected, given);
}

async function answerFirst(interaction: Answerable, expected: Expected, given: Given) {
  const { form } = given.message;
  if (form && !interaction.isModalSubmit()) await showForm(interaction, form);
  else if (takesPlace(interaction, expected, given)) await interaction.update(payloadOf(given));
  else await interaction.reply({ ...payloadOf(given), ...flagsOf(isPrivate(expected, given)) });
}

async function answerLater(interaction: Answerable, expected: Expected, given: Given) {
  const { form } = given.message;
  const message = form ? buttonForForm(form, texts(given.reader.locale)) : given.message;
  const payload = payloadOf({ ...given, message });
  if (!form && takesPlace(interaction, expected, given)) {
    await interaction.editReply(payload);
    return;
  }
  const isHidden = form !== undefined || isPrivate(expected, given);
  if (!defersUpdate(interaction, expected)) {
    if (expected.isEphemeral || !isHidden) {
      await interaction.editReply(payload);
      return;
    }
    // "Thinking" stands there for everybody. A further message would take its place as it is, so
    // that it goes first: https://github.com/discord/discord-api-docs/issues/2739
    await interaction.deleteReply();
  }
  await interaction.followUp({ ...payload, ...flagsOf(isHidden) });
}

function isPrivate({ isEphemeral }: Expected, { options }: Given): boolean {
  return isEphemeral || options.ephemeral === true;
}

/** Whether the answer replaces the pressed message: never a private one a message for everybody. */
function takesPlace(
  interaction: Answerable,
  { isEphemeral, keepsMessage = false }: Expected,
  { options }: Given,
): interaction is MessageComponentInteraction {
  if (!options.editsMessage || keepsMessage || !interaction.isMessageComponent()) return false;
  return isEphemeral || options.ephemeral !== true || !interaction.inGuild();
}

/** A sentence in place of an answer that Discord refused; after the end of the interaction, in private. */
async function deliverInstead(
  interaction: Answerable,
  expected: Expected,
  given: Given,
  error: unknown,
): Promise<void> {
  if (endedCodes.includes(codeOf(error) ?? 0)) {
    await interaction.user.send(payloadOf(given));
    return;
  }
  const { reader } = given;
  const { message, options } = reply(
    { lines: [[texts(reader.locale)("oops")]] },
    { ephemeral: true },
  );
  await deliver(interaction, expected, { message, options, reader });
}

import {
  type AutocompleteInteraction,
  Client,
  Events,
  GatewayIntentBits,
  type Interaction,
  type Message as DiscordMessage,
  MessageFlags,
  Options,
  Partials,
  Routes,
} from "discord.js";
import { api } from "../../convex/_generated/api.js";
import { commands, frontDoor } from "../../shared/commands/index.ts";
import { readActionId } from "../../shared/commands/frontDoor.ts";
import { reply } from "../../shared/commands/reply.ts";
import type { Choice, CommandContext, Reply } from "../../shared/commands/command.ts";
import type { BotParts, RunningBot } from "../answer.ts";
import { localeOf, texts } from "../../shared/texts/index.ts";
import { errorKind } from "../log.ts";
import { untilDone } from "../untilDone.ts";
import { keepConnected } from "./connection.ts";
import type { Gate } from "./gate.ts";
import { areRegistered, slashCommands } from "./commands.ts";
import { answerInteraction } from "./answerInteraction.ts";
import { payloadOf } from "./reply.ts";
import { requestOf, requestOfMessage } from "./request.ts";

/** Suggestions have to be there within three seconds, on their way to Discord and back included. */
const completeWithinMs = 2_000;

/**
 * Runs the Discord bot until `signal` aborts. While Discord is away at the start it tries again.
 *
 * @throws what discord.js says of a token that Discord does not take
 */
export async function runDiscord(
  { token, api: restApi, gate }: { token: string; api: string | undefined; gate: Gate },
  { answering, backend, budgets, clock, log, signal }: BotParts,
): Promise<RunningBot> {
  const client = new Client({
    // Slash commands need no message content and no member list.
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
    // No mention in a text from outside, such as an event's title, pings anybody.
    allowedMentions: { parse: [] },
    rest: { ...(restApi && { api: restApi }), timeout: 10_000, ...gate.options },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      UserManager: { maxSize: 200, keepOverLimit: (user) => user.id === user.client.user.id },
      GuildMemberManager: { maxSize: 50, keepOverLimit: (one) => one.id === one.client.user.id },
    }),
  });
  gate.keepToken(client.rest);

  const answered = async (interaction: Interaction, run: (ctx: CommandContext) => Promise<Reply>) =>
    await answering(requestOf(interaction), run);

  const onInteraction = async (interaction: Interaction) => {
    if (interaction.isAutocomplete()) return await complete(interaction);
    // Discord would say "did not respond": what is too much always gets the sentence.
    if (interaction.isRepliable() && budgets.ofPerson.take(interaction.user.id) !== "allowed") {
      const content = texts(localeOf(interaction.locale) ?? "en")("flood.wait");
      return await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    }
    const parts = { clock, log };
    if (interaction.isChatInputCommand()) {
      const { commandName, options } = interaction;
      const named = Object.fromEntries(
        options.data.map(({ name, value }) => [name, String(value)]),
      );
      const args = { words: [], named };
      const work = answering({ ...requestOf(interaction), args }, async (ctx) =>
        frontDoor.runCommand(ctx, commandName),
      );
      const isEphemeral = frontDoor.isEphemeral(commandName, args);
      await answerInteraction(interaction, { isEphemeral }, work, parts);
    } else if (interaction.isMessageComponent()) {
      const { actionId, keepsMessage } = readActionId(interaction.customId);
      const work = answered(interaction, async (ctx) => frontDoor.runAction(ctx, actionId));
      // Under a message that one person sees, nothing is answered to others.
      const isHidden = interaction.message.flags.has(MessageFlags.Ephemeral);
      const isEphemeral = isHidden || (keepsMessage && interaction.inGuild());
      await answerInteraction(interaction, { isEphemeral, keepsMessage }, work, parts);
    } else if (interaction.isModalSubmit()) {
      const fields = Object.fromEntries(
        [...interaction.fields.fields.keys()].map((id) => [
          id,
          interaction.fields.getTextInputValue(id),
        ]),
      );
      const work = answered(interaction, async (ctx) =>
        frontDoor.runForm(ctx, interaction.customId, fields),
      );
      await answerInteraction(interaction, { isEphemeral: true }, work, parts);
    }
  };

  const complete = async (interaction: AutocompleteInteraction) => {
    const { name, value } = interaction.options.getFocused(true);
    const command = commands.find((one) => one.name === interaction.commandName);
    let choices: Choice[] = [];
    const work = answering(requestOf(interaction), async (ctx) => {
      choices = (await command?.complete?.(ctx, name, value)) ?? [];
      return reply({});
    });
    // What comes too late is refused; nothing to choose from is an answer.
    const done = new AbortController();
    const late = clock.sleep(completeWithinMs, AbortSignal.any([done.signal, signal]));
    await Promise.race([work, late]);
    done.abort("answered");
    await interaction.respond(choices.slice(0, 25));
  };

  const onMessage = async (message: DiscordMessage) => {
    if (message.inGuild() || message.author.bot) return;
    const verdict = budgets.ofPerson.take(message.author.id);
    if (verdict === "over") return;
    if (verdict === "last") {
      await message.reply(texts("en")("flood.wait"));
      return;
    }
    const answer = await answering(requestOfMessage(message), async (ctx) =>
      frontDoor.answerText(ctx, message.content),
    );
    if (message.channel.isSendable()) await message.channel.send(payloadOf(answer));
  };

  const guarded = <T>(what: string, handle: (subject: T) => Promise<unknown>) => {
    return (subject: T) => {
      handle(subject).catch((error: unknown) => log.error(errorKind(error), `${what} failed`));
    };
  };
  const gone = async ({ id }: { id: string }) =>
    await backend.bot.mutation(api.channels.gone, {
      chatId: id,
      reason: "the channel was deleted",
    });

  client.on(Events.InteractionCreate, guarded("an interaction", onInteraction));
  client.on(Events.MessageCreate, guarded("a message", onMessage));
  client.on(Events.ChannelDelete, guarded("a deleted channel", gone));
  client.on(Events.ThreadDelete, guarded("a deleted thread", gone));
  const connection = keepConnected(client, token, { gate, clock, log, signal });

  const { promise, resolve } = Promise.withResolvers<void>();
  client.once(Events.ClientReady, () => resolve());
  let refused: Error | undefined;
  const logIn = async () => {
    try {
      await client.login(token);
    } catch (error) {
      // Only a token that Discord does not take is worth no other try.
      if (!(error instanceof Error && "code" in error && error.code === "TokenInvalid"))
        throw error;
      refused = error;
    }
  };
  await untilDone(logIn, "Discord did not let the bot in", { clock, log, signal });
  if (refused) throw refused;
  if (signal.aborted) throw new Error("asked to stop before Discord let the bot in");
  await promise;
  const register = async () => {
    const { application, rest } = client;
    if (!application) return;
    // Discord takes 200 new commands a day, and a few hundred requests of this kind.
    const query = new URLSearchParams({ with_localizations: "true" });
    const current = await rest.get(Routes.applicationCommands(application.id), { query });
    if (!areRegistered(current)) await application.commands.set(slashCommands());
  };
  void untilDone(register, "the commands could not be registered", { clock, log, signal });
  log.info({ username: client.user?.username }, "Discord bot runs");
  const stopped = new Promise<void>((stop) => {
    signal.addEventListener("abort", () => void client.destroy().finally(stop), { once: true });
  });
  return { isReady: connection.isReady, stopped };
}

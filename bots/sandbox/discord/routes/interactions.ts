import {
  type APIApplicationCommand,
  ApplicationCommandType,
  InteractionResponseType as Type,
  InteractionType,
  MessageFlags,
} from "discord-api-types/v10";
import {
  answerAt,
  answered,
  deleteAnswer,
  editAnswer,
  followUp,
  openModal,
  postAnswer,
  settleWith,
  unanswered,
} from "../interactions.ts";
import { badRequest, forbidden, invalidForm, notFound, under, unknownMessage } from "../refusal.ts";
import { COMMAND } from "../limits.ts";
import { readChoices, readCommands } from "../validation/commands.ts";
import { isFields } from "../validation/fields.ts";
import { readMessage } from "../validation/message.ts";
import { readModal } from "../validation/components.ts";
import type { Call, Handler, Routes } from "../wire/router.ts";
import { changed, type Interaction, type Stored, type World } from "../world.ts";

const MESSAGE = [Type.ChannelMessageWithSource, Type.DeferredChannelMessageWithSource];
const UPDATE = [Type.DeferredMessageUpdate, Type.UpdateMessage];

/** Which answers each kind of interaction takes. */
const ALLOWED: Partial<Record<InteractionType, Type[]>> = {
  [InteractionType.ApplicationCommand]: [...MESSAGE, Type.Modal],
  [InteractionType.MessageComponent]: [...MESSAGE, ...UPDATE, Type.Modal],
  [InteractionType.ApplicationCommandAutocomplete]: [Type.ApplicationCommandAutocompleteResult],
  [InteractionType.ModalSubmit]: [...MESSAGE, ...UPDATE],
};

const read = (...of: Parameters<typeof readMessage>) => under("data", () => readMessage(...of));

const callback: Handler = (call, id = "", token = "") => {
  const { world, json } = call;
  const interaction = unanswered(world, id, token);
  call.chat = interaction.channel.id;
  const body = isFields(json) ? json : {};
  const type = body["type"] as Type;
  const allowed = allowedFor(interaction);
  if (!allowed.includes(type)) {
    const message = `Value must be one of {${allowed.join(", ")}}.`;
    throw invalidForm([{ path: ["type"], code: "BASE_TYPE_CHOICES", message }]);
  }
  const message = answer(call, interaction, type, body["data"] ?? undefined);
  interaction.acknowledged = true;
  if (call.query.get("with_response") !== "true") return { status: 204 };
  return { status: 200, body: response(interaction, type, message) };
};

function allowedFor({ type, source }: Interaction): Type[] {
  const allowed = ALLOWED[type] ?? [];
  // Without a message under it, a form has nothing to update.
  return source ? allowed : allowed.filter((one) => !UPDATE.includes(one));
}

/** Does what the answer says; the message it made or changed, if any. */
function answer(
  call: Call,
  interaction: Interaction,
  type: Type,
  data: unknown,
): Stored | undefined {
  const { world, uploads } = call;
  switch (type) {
    case Type.ChannelMessageWithSource:
      interaction.original = postAnswer(world, interaction, read(data, uploads));
      return interaction.original;
    case Type.DeferredChannelMessageWithSource: {
      const draft = read(data ?? {}, []);
      draft.flags = (draft.flags & MessageFlags.Ephemeral) | MessageFlags.Loading;
      interaction.original = postAnswer(world, interaction, draft);
      return interaction.original;
    }
    case Type.DeferredMessageUpdate:
      return deferUpdate(interaction);
    case Type.UpdateMessage: {
      const stored = sourceOf(interaction);
      editAnswer(world, interaction, stored, read(data ?? {}, uploads, stored.message.flags));
      interaction.original = stored;
      return stored;
    }
    case Type.ApplicationCommandAutocompleteResult:
      settleWith(interaction, { ok: true, choices: readChoices(data) });
      return undefined;
    case Type.Modal:
      settleWith(interaction, { ok: true, modal: openModal(world, interaction, readModal(data)) });
      changed(world);
      return undefined;
    default:
      return undefined;
  }
}

function sourceOf({ source }: Interaction): Stored {
  if (!source || source.deleted) throw unknownMessage();
  return source;
}

/** The message will change later, by this token or as an ordinary edit: wait for either. */
function deferUpdate(interaction: Interaction): Stored {
  const stored = sourceOf(interaction);
  interaction.original = stored;
  return stored;
}

function response(interaction: Interaction, type: Type, stored: Stored | undefined) {
  const { id, type: kind } = interaction;
  const flags = stored?.message.flags ?? 0;
  const about = stored && {
    response_message_id: stored.message.id,
    response_message_loading: (flags & MessageFlags.Loading) !== 0,
    response_message_ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
  };
  const shows = stored && type !== Type.DeferredMessageUpdate;
  return {
    interaction: { id, type: kind, ...about },
    ...(shows && { resource: { type, message: stored.message } }),
  };
}

export const interactionRoutes: Routes = { "POST /interactions/:/:/callback": callback };

function checkScope(world: World, application: string, guild: string): void {
  if (application !== world.botId) throw forbidden(20012, NOT_YOURS);
  if (guild !== "" && guild !== world.guildId) throw forbidden(50001, "Missing Access");
}

const NOT_YOURS = "You are not authorized to perform this action on this application";

const put: Handler = ({ world, json }, application = "", guild = "") => {
  checkScope(world, application, guild);
  const before = new Map((world.commands.get(guild) ?? []).map((one) => [one.name, one]));
  const commands = readCommands(json).map((one) => {
    const known = before.get(one.name ?? "");
    return {
      name_localizations: null,
      description_localizations: null,
      default_member_permissions: null,
      nsfw: false,
      ...one,
      type: one.type ?? ApplicationCommandType.ChatInput,
      // A command that keeps its name keeps its id.
      id: known?.id ?? world.newId(),
      version: world.newId(),
      application_id: world.botId,
      ...(guild !== "" && { guild_id: guild }),
    } as APIApplicationCommand;
  });
  countCreated(world, commands.filter(({ name }) => !before.has(name)).length);
  world.commands.set(guild, commands);
  changed(world);
  return { status: 200, body: commands };
};

/** 200 creations a day: https://docs.discord.com/developers/interactions/application-commands */
function countCreated(world: World, count: number): void {
  const since = world.now() - 86_400_000;
  world.createdCommands = world.createdCommands.filter((at) => at > since);
  if (world.createdCommands.length + count > COMMAND.createdADay)
    throw badRequest(
      30034,
      "Max number of daily application command creates has been reached (200)",
    );
  for (let made = 0; made < count; made++) world.createdCommands.push(world.now());
}

const list: Handler = ({ world, query }, application = "", guild = "") => {
  checkScope(world, application, guild);
  const commands = world.commands.get(guild) ?? [];
  const whole = query.get("with_localizations") === "true";
  return { status: 200, body: whole ? commands : commands.map(withoutLocalizations) };
};

function withoutLocalizations({
  name_localizations: _names,
  description_localizations: _descriptions,
  ...rest
}: APIApplicationCommand) {
  return rest;
}

function one(world: World, application: string, guild: string, id: string): APIApplicationCommand {
  checkScope(world, application, guild);
  const command = world.commands.get(guild)?.find((one) => one.id === id);
  if (!command) throw notFound(10063, "Unknown application command");
  return command;
}

function remove(world: World, application: string, guild: string, id: string) {
  const gone = one(world, application, guild, id);
  const left = (world.commands.get(guild) ?? []).filter((one) => one !== gone);
  world.commands.set(guild, left);
  changed(world);
  return { status: 204 };
}

const GLOBAL = "/applications/:/commands";
const GUILD = "/applications/:/guilds/:/commands";

export const commandRoutes: Routes = {
  [`PUT ${GLOBAL}`]: (call, app = "") => put(call, app, ""),
  [`GET ${GLOBAL}`]: (call, app = "") => list(call, app, ""),
  [`GET ${GLOBAL}/:`]: ({ world }, app = "", id = "") => ({
    status: 200,
    body: one(world, app, "", id),
  }),
  [`DELETE ${GLOBAL}/:`]: ({ world }, app = "", id = "") => remove(world, app, "", id),
  [`PUT ${GUILD}`]: put,
  [`GET ${GUILD}`]: list,
  [`GET ${GUILD}/:`]: ({ world }, app = "", guild = "", id = "") => ({
    status: 200,
    body: one(world, app, guild, id),
  }),
  [`DELETE ${GUILD}/:`]: ({ world }, app = "", guild = "", id = "") =>
    remove(world, app, guild, id),
};

function findInteraction(call: Call, application: string, token: string): Interaction {
  const interaction = answered(call.world, application, token);
  call.chat = interaction.channel.id;
  return interaction;
}

const createFollowup: Handler = (call, application = "", token = "") => {
  const interaction = findInteraction(call, application, token);
  const stored = followUp(call.world, interaction, readMessage(call.json, call.uploads));
  return { status: 200, body: stored.message };
};

const getFollowup: Handler = (call, application = "", token = "", id = "") => ({
  status: 200,
  body: answerAt(findInteraction(call, application, token), id).message,
});

const editFollowup: Handler = (call, application = "", token = "", id = "") => {
  const interaction = findInteraction(call, application, token);
  const stored = answerAt(interaction, id);
  const draft = readMessage(call.json, call.uploads, stored.message.flags);
  editAnswer(call.world, interaction, stored, draft);
  return { status: 200, body: stored.message };
};

const deleteFollowup: Handler = (call, application = "", token = "", id = "") => {
  const interaction = findInteraction(call, application, token);
  deleteAnswer(call.world, interaction, answerAt(interaction, id));
  return { status: 204 };
};

// "@original" is one of the ids a message can be asked for by.
export const webhookRoutes: Routes = {
  "POST /webhooks/:/:": createFollowup,
  "GET /webhooks/:/:/messages/:": getFollowup,
  "PATCH /webhooks/:/:/messages/:": editFollowup,
  "DELETE /webhooks/:/:/messages/:": deleteFollowup,
};

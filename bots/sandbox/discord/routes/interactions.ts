import {
  InteractionResponseType as Type,
  InteractionType,
  MessageFlags,
} from "discord-api-types/v10";
import { editAnswer, postAnswer } from "../answers.ts";
import { settleWith, unanswered } from "../interactions.ts";
import { openModal } from "../modals.ts";
import { invalidForm, under, unknownMessage } from "../refusal.ts";
import { readChoices } from "../validation/choices.ts";
import { isFields } from "../validation/fields.ts";
import { readMessage } from "../validation/message.ts";
import { readModal } from "../validation/modal.ts";
import type { Call, Handler, Routes } from "../wire/router.ts";
import { changed, type Interaction, type Stored } from "../world.ts";

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

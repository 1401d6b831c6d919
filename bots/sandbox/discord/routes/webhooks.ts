import { answerAt, deleteAnswer, editAnswer, followUp } from "../answers.ts";
import { answered } from "../interactions.ts";
import { readMessage } from "../validation/message.ts";
import type { Call, Handler, Routes } from "../wire/router.ts";
import type { Interaction } from "../world.ts";

function find(call: Call, application: string, token: string): Interaction {
  const interaction = answered(call.world, application, token);
  call.chat = interaction.channel.id;
  return interaction;
}

const post: Handler = (call, application = "", token = "") => {
  const interaction = find(call, application, token);
  const stored = followUp(call.world, interaction, readMessage(call.json, call.uploads));
  return { status: 200, body: stored.message };
};

const get: Handler = (call, application = "", token = "", id = "") => ({
  status: 200,
  body: answerAt(find(call, application, token), id).message,
});

const patch: Handler = (call, application = "", token = "", id = "") => {
  const interaction = find(call, application, token);
  const stored = answerAt(interaction, id);
  const draft = readMessage(call.json, call.uploads, stored.message.flags);
  editAnswer(call.world, interaction, stored, draft);
  return { status: 200, body: stored.message };
};

const remove: Handler = (call, application = "", token = "", id = "") => {
  const interaction = find(call, application, token);
  deleteAnswer(call.world, interaction, answerAt(interaction, id));
  return { status: 204 };
};

// "@original" is one of the ids a message can be asked for by.
export const webhookRoutes: Routes = {
  "POST /webhooks/:/:": post,
  "GET /webhooks/:/:/messages/:": get,
  "PATCH /webhooks/:/:/messages/:": patch,
  "DELETE /webhooks/:/:/messages/:": remove,
};

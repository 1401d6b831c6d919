import { api } from "../../../convex/_generated/api.js";
import { decisionLines } from "../../messages/applicationCard.ts";
import type { Form } from "../../messages/message.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

export const join: Command = {
  name: "join",
  describe: "command.join",
  for: "anyone",
  hiddenFrom: ["member", "moderator", "admin"],
  ephemeral: true,
  where: "hidden",
  options: [],
  run: async (ctx) => await begin(ctx),
  actions: { join: joinAction },
  forms: {
    join: { show: joinForm, submit: async (ctx, _of, answers) => submitJoin(ctx, answers) },
  },
};

/** The action of "apply" or "take it back": `join`, `join|withdraw`. */
async function joinAction(ctx: CommandContext, [part]: readonly string[]): Promise<Reply> {
  if (part !== "withdraw") return await begin(ctx);
  await ctx.backend.mutation(api.applications.withdraw, {});
  return reply({ lines: [[ctx.t("join.withdrawn")]] }, { editsMessage: true, ephemeral: true });
}

/** The form, or why there is nothing to fill in. */
async function begin(ctx: CommandContext): Promise<Reply> {
  const { t, person } = ctx;
  const accessLevel = person?.accessLevel ?? "stranger";
  switch (accessLevel) {
    case "stranger":
    case "incomplete":
      return reply(
        {
          form: joinForm(ctx),
          lines: [[t("join.open")]],
          buttons: [[{ label: t("button.join"), action: "join" }]],
        },
        { ephemeral: true },
      );
    case "pending":
      return await waiting(ctx);
    case "suspended":
    case "banned":
      return reply({ lines: [[t(`refusal.${accessLevel}`)]] }, { ephemeral: true });
    case "member":
    case "moderator":
    case "admin":
      return reply({ lines: [[t("refusal.already-member")]] }, { ephemeral: true });
  }
}

async function waiting({ t, backend }: CommandContext): Promise<Reply> {
  const application = await backend.query(api.applications.mine, {});
  return reply(
    {
      title: t("join.title"),
      lines: [
        [t("join.waits")],
        ...(application
          ? [[t("join.since"), ": ", { time: application.appliedAt, style: "full" as const }]]
          : []),
        ...(application ? decisionLines(application, t) : []),
      ],
      buttons: [[{ label: t("button.withdraw"), action: "join|withdraw" }]],
    },
    { ephemeral: true },
  );
}

function joinForm({ t }: CommandContext): Form {
  return {
    id: "join",
    title: t("join.title"),
    fields: [
      { id: "goal", label: t("join.goal"), maxLength: 280, isRequired: true },
      { id: "motivation", label: t("join.motivation"), maxLength: 500, isRequired: true },
      { id: "otherNames", label: t("join.other"), maxLength: 200, isRequired: false },
    ],
  };
}

async function submitJoin(
  { backend, person, reader, t }: CommandContext,
  { goal = "", motivation = "", otherNames = "" }: Readonly<Record<string, string>>,
): Promise<Reply> {
  await backend.mutation(api.applications.submit, {
    goal,
    motivation,
    name: person?.name ?? "",
    locale: reader.locale,
    ...(person?.handle !== undefined && { handle: person.handle }),
    ...(otherNames && { otherNames }),
  });
  return reply(
    {
      title: t("join.done.title"),
      lines: [[t("join.done")]],
      buttons: [[{ label: t("button.link"), action: "+link" }]],
    },
    { ephemeral: true },
  );
}

/**
 * The bot's first message to a person who requested to join a Telegram chat. They apply as with
 * `/join`; the decision answers their request: https://core.telegram.org/bots/api#chatjoinrequest
 */
export async function joinRequested(
  ctx: CommandContext,
  wanted: { chatId: string; title: string },
): Promise<Reply> {
  const { t, backend } = ctx;
  const result = await backend.mutation(api.applications.requestJoin, wanted);
  if (result === "apply") return reply({ form: joinForm(ctx), lines: [[t("join.open")]] });
  return reply({ lines: [[t(`join.request.${result}`, { title: wanted.title })]] });
}

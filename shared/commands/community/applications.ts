import { isTermOf } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import {
  applicant,
  type Application,
  decisionLines,
  reasonCode,
  reasons,
} from "../../messages/applicationCard.ts";
import type { Form } from "../../messages/message.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Choice, Command, Option } from "../command.ts";
import { pendingMessage } from "./pending.ts";
import { reply, type Reply } from "../reply.ts";

// Deciding applications: by name, and by the buttons of cards and lists. One sentence says what
// became of it, also where somebody else was faster.

const who: Option = { name: "who", describe: "option.who", completes: true };

export const approve: Command = {
  name: "approve",
  describe: "command.approve",
  for: "moderator",
  ephemeral: true,
  where: "hidden",
  options: [who],
  async run(ctx) {
    const wanted = (ctx.args.named["who"] ?? ctx.args.words.join(" ")).trim();
    if (isTermOf("all", wanted)) return await askAll(ctx);
    const found = await meant(ctx, wanted);
    if ("message" in found) return found.message;
    return await decide(ctx, found.application._id, "approve");
  },
  complete: suggestions,
  actions: { apply: applicationAction },
};

export const reject: Command = {
  name: "reject",
  describe: "command.reject",
  for: "moderator",
  ephemeral: true,
  where: "hidden",
  options: [who, { name: "reason", describe: "option.reason" }],
  async run(ctx) {
    const { named, words } = ctx.args;
    const found = await meant(ctx, named["who"] ?? words.join(" "), "reject");
    if ("message" in found) return found.message;
    const reason = named["reason"] ?? found.rest;
    if (!reason && found.application.status === "pending") return menu(ctx, found.application);
    return await decide(ctx, found.application._id, "reject", reason);
  },
  complete: suggestions,
  forms: {
    reason: {
      show: reasonForm,
      submit: async (ctx, id, { reason = "" }) => await decide(ctx, id, "reject", reason),
    },
  },
};

/** What the buttons of cards, lists and menus do: `apply|approve|<id>`, `apply|no|<id>|unclear`. */
export async function applicationAction(
  ctx: CommandContext,
  [wish, id = "", code]: readonly string[],
): Promise<Reply> {
  const { t, backend } = ctx;
  switch (wish) {
    case "approve":
      return reply(await decide(ctx, id, "approve"), { toast: true });
    case "take":
      return pendingMessage(ctx, (await decide(ctx, id, "approve")).message.lines);
    case "why": {
      const [application] = await backend.query(api.applications.find, { who: id });
      if (!application)
        return reply({ lines: [[t("refusal.no-such-application")]] }, { toast: true });
      if (application.status !== "pending")
        return reply(already(ctx, application), { toast: true });
      return menu(ctx, application);
    }
    case "no": {
      const reason = reasons.find((one) => one === code);
      return reply(await decide(ctx, id, "reject", reason && reasonCode(reason)), {
        editsMessage: true,
      });
    }
    case "words":
      return reply({
        form: reasonForm(ctx, id),
        lines: [[t("reject.words", { example: "/reject" })]],
      });
    case "ask":
      return reply(await askAll(ctx), { editsMessage: true });
    case "all":
      await backend.mutation(api.applications.approveAll, { until: Number.parseInt(id, 36) });
      return reply({ lines: [[t("approve.all.begun")]] }, { editsMessage: true, ephemeral: true });
    case "none":
      return reply({ lines: [[t("nothing-changed")]] }, { editsMessage: true, ephemeral: true });
    default:
      return reply({ lines: [[t("unknown.button")]] }, { ephemeral: true });
  }
}

/** A typed reason, as a form. */
function reasonForm({ t }: CommandContext, id: string): Form {
  const field = { id: "reason", label: t("reject.reason"), maxLength: 300, isRequired: true };
  return { id: `reason|${id}`, title: t("reject.title"), fields: [field] };
}

async function decide(
  ctx: CommandContext,
  applicationId: string,
  decision: "approve" | "reject",
  reason?: string,
): Promise<Reply> {
  const { isNew, application } = await ctx.backend.mutation(api.applications.decide, {
    applicationId,
    decision,
    ...(reason && { reason }),
  });
  if (!isNew) return already(ctx, application);
  const name = applicant(application);
  return reply({ lines: [[ctx.t(`done.${decision}`, { name })]] }, { ephemeral: true });
}

function already({ t }: CommandContext, application: Application): Reply {
  const said = t("decide.already", { name: applicant(application) });
  return reply({ lines: [[said], ...decisionLines(application, t)] }, { ephemeral: true });
}

function menu({ t }: CommandContext, application: Application): Reply {
  const { _id } = application;
  return reply(
    {
      lines: [[t("reject.why", { name: applicant(application) })]],
      buttons: [
        ...reasons.map((code) => [
          { label: t(`reason.${code}`), action: `apply|no|${_id}|${code}` },
        ]),
        [
          { label: t("button.words"), action: `apply|words|${_id}` },
          { label: t("button.no-reason"), action: `apply|no|${_id}` },
        ],
      ],
    },
    { ephemeral: true },
  );
}

async function askAll({ t, backend, now }: CommandContext): Promise<Reply> {
  const { count } = await backend.query(api.applications.pending, {});
  if (count === 0) return reply({ lines: [[t("pending.none")]] }, { ephemeral: true });
  return reply(
    {
      lines: [[t("approve.all.ask", { count })]],
      buttons: [
        [
          { label: t("button.approve-all"), action: `apply|all|${now.toString(36)}` },
          { label: t("button.cancel"), action: "apply|none" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

const maxName = 3;

/**
 * Whose application is meant. In `/reject mia fischer too short`, without names of options, as many
 * first words as are somebody's name are the name; the rest is the reason.
 */
async function meant(
  ctx: CommandContext,
  written: string,
  wish?: "reject",
): Promise<{ application: Application; rest: string } | { message: Reply }> {
  const { t, backend } = ctx;
  const words = written.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { message: await pendingMessage(ctx) };
  const longest = wish ? Math.min(maxName, words.length) : words.length;
  const shortest = wish ? 1 : words.length;
  let near: Application[] = [];
  for (let count = longest; count >= shortest; count--) {
    const name = words.slice(0, count).join(" ");
    near = await backend.query(api.applications.find, { who: name });
    const exact = near.filter((one) => isCalled(one, name));
    const [application, ...others] = exact;
    if (application && others.length === 0)
      return { application, rest: words.slice(count).join(" ") };
  }
  const [only, ...others] = near;
  if (!only)
    return {
      message: reply(
        { lines: [[t("decide.nobody", { name: cleanName(written, 60) })]] },
        { ephemeral: true },
      ),
    };
  if (others.length === 0) return { application: only, rest: wish ? words.slice(1).join(" ") : "" };
  return { message: choose(ctx, near, wish ?? "approve") };
}

function isCalled({ _id, name, handle }: Application, written: string): boolean {
  const wanted = plain(written.replace(/^@/, ""));
  return (
    written === _id || plain(name) === wanted || (handle !== undefined && plain(handle) === wanted)
  );
}

function choose({ t }: CommandContext, near: Application[], wish: "approve" | "reject"): Reply {
  const part = wish === "approve" ? "take" : "why";
  return reply(
    {
      lines: [[t("decide.which")]],
      buttons: near.map((one) => [{ label: label(one), action: `apply|${part}|${one._id}` }]),
    },
    { ephemeral: true },
  );
}

function label({ name, handle }: Pick<Application, "name" | "handle">): string {
  const shown = applicant({ name });
  return handle ? `${shown} (@${cleanName(handle, 40)})` : shown;
}

async function suggestions(
  { backend }: CommandContext,
  option: string,
  typed: string,
): Promise<Choice[]> {
  if (option !== "who") return [];
  const found = await backend.query(api.applications.suggest, { typed });
  return found.map((one) => ({ name: label(one), value: one._id }));
}

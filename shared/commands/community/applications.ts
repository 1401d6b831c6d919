import type { Texts } from "../../texts/index.ts";
import { isTermOf } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import {
  applicant,
  type Application,
  decisionLines,
  reasons,
} from "../../messages/applicationCard.ts";
import { cleanName, cut, withHandle } from "../../messages/sanitize.ts";
import { pendingMessage } from "./pending.ts";
import { reply } from "../reply.ts";
import type { Choice, Command, CommandContext, Option, Reply } from "../command.ts";
import { isNameOrHandle, resolve, type Resolved } from "../resolve.ts";
import { createReview, type Decision } from "../review.ts";

// Reviewing applications: by the applicant's name, and by the buttons of cards and lists.

const who: Option = { name: "who", describe: "option.who", completes: true };

const review = createReview({
  action: "apply",
  form: "reason",
  reasons: reasons.map((name) => ({ part: name, name })),
  canChange: false,
  rejectCommand: "/reject",
  texts: {
    why: "reject.why",
    approve: "done.approve",
    reject: "done.reject",
    formTitle: "reject.title",
    formLabel: "reject.reason",
  },
  async load({ backend, t }, id) {
    const [application] = await backend.query(api.applications.find, { who: id });
    return application ? decidedOf(application, t) : null;
  },
  async decide({ backend, t }, applicationId, { decision, reason }) {
    const { isNew, application } = await backend.mutation(api.applications.decide, {
      applicationId,
      decision,
      ...(reason && { reason }),
    });
    return { isNew, decided: decidedOf(application, t) };
  },
  waiting: pendingMessage,
});

function decidedOf(application: Application, t: Texts) {
  return { ...application, id: application._id, name: applicant(application, t) };
}

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
    const resolved = await resolveApplication(ctx, wanted, "approve");
    if ("ask" in resolved) return resolved.ask;
    return await review.decide(ctx, resolved.found._id, { decision: "approve" });
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
    const resolved = await resolveApplication(ctx, named["who"] ?? words.join(" "), "reject");
    if ("ask" in resolved) return resolved.ask;
    const { found, rest } = resolved;
    const reason = named["reason"] ?? rest;
    if (!reason && found.status === "pending") return await review.askReason(ctx, found._id);
    return await review.decide(ctx, found._id, { decision: "reject", reason });
  },
  complete: suggestions,
  forms: review.forms,
};

/** The review's buttons, and those that approve everybody: `apply|ask`, `apply|all|<until>`. */
async function applicationAction(ctx: CommandContext, parts: readonly string[]): Promise<Reply> {
  const { t, backend } = ctx;
  const [part, until = ""] = parts;
  switch (part) {
    case "ask":
      return reply(await askAll(ctx), { editsMessage: true });
    case "all":
      await backend.mutation(api.applications.approveAll, { until: Number.parseInt(until, 36) });
      return reply({ lines: [[t("approve.all.begun")]] }, { editsMessage: true, ephemeral: true });
    case "none":
      return reply({ lines: [[t("nothing-changed")]] }, { editsMessage: true, ephemeral: true });
    default:
      return await review.handle(ctx, parts);
  }
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

/** Longer names are not looked for among the first words of `/reject mia fischer too short`. */
const maxNameWords = 4;

/**
 * The application that is meant by its applicant; the words behind the name are a reason. Only a whole
 * name, a handle or an id is acted upon: a similar name is asked about, even if it is the only one.
 */
async function resolveApplication(
  ctx: CommandContext,
  typed: string,
  decision: Decision,
): Promise<Resolved<Application>> {
  const { t, backend } = ctx;
  const part = decision === "approve" ? "take" : "why";
  const name = { name: cleanName(typed, 60) };
  return await resolve<Application>({
    typed,
    find: async (who) => await backend.query(api.applications.find, { who }),
    isExact: isNameOf,
    isSure: isNameOf,
    ...(decision === "reject" && { maxNameWords }),
    missing: async () => await pendingMessage(ctx),
    none: () => reply({ lines: [[t("decide.nobody", name)]] }, { ephemeral: true }),
    which: (found) =>
      reply(
        {
          lines: [
            [t(found.some(isWaiting) ? "decide.which" : "decide.nobody.near", name)],
            // What became of those who are decided already.
            ...found
              .filter((one) => !isWaiting(one))
              .flatMap((one) => [[{ bold: label(one, t) }], ...decisionLines(one, t)]),
          ],
          items: found
            .filter(isWaiting)
            .map((one, index) => [
              `${index + 1}. `,
              { bold: label(one, t) },
              ` · ${one.platform === "telegram" ? "Telegram" : "Discord"} · `,
              { time: one.appliedAt, style: "full" as const },
              `\n${cut(cleanName(one.goal, 280), 100)}`,
            ]),
          buttons: found.filter(isWaiting).map((one, index) => [
            {
              label: cut(`${index + 1}. ${label(one, t)}`, 60),
              action: `apply|${part}|${one._id}`,
            },
          ]),
        },
        { ephemeral: true },
      ),
  });
}

function isWaiting({ status }: Application): boolean {
  return status === "pending";
}

function isNameOf(application: Application, typed: string): boolean {
  return typed === application._id || isNameOrHandle(application, typed);
}

function label(application: Pick<Application, "name" | "handle">, t: Texts): string {
  return withHandle(applicant(application, t), application.handle);
}

async function suggestions(
  { backend, t }: CommandContext,
  option: string,
  typed: string,
): Promise<Choice[]> {
  if (option !== "who") return [];
  const found = await backend.query(api.applications.suggest, { typed });
  return found.map((one) => ({ name: label(one, t), value: one._id }));
}

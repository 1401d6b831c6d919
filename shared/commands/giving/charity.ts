import { api } from "../../../convex/_generated/api.js";
import { cleanName } from "../../messages/sanitize.ts";
import {
  addCharity,
  askedIn,
  charityEditForm,
  charityForm,
  editCharity,
  readPlace,
  submitEdit,
  writtenFields,
} from "./charityForms.ts";
import { charityReview, waitingCharities, wholeCharity } from "./charityReview.ts";
import { charityOption, completeCharity, resolveCharity } from "./resolveCharity.ts";
import { meaningOf } from "../../texts/synonyms.ts";
import { readVerb } from "../args.ts";
import { reply, withLinesBefore } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

const verbs = ["list", "add", "show", "approve", "reject", "edit", "place"] as const;

export const charity: Command = {
  name: "charity",
  describe: "command.charity",
  for: "admin",
  ephemeral: true,
  options: [
    {
      name: "action",
      describe: "option.charity-action",
      choices: verbs,
      read: (typed) => meaningOf("charity-verb", typed),
    },
    charityOption,
    { name: "name", describe: "option.name" },
    { name: "city", describe: "option.city" },
    { name: "kind", describe: "option.charity-kind" },
    { name: "description", describe: "option.charity-description" },
    { name: "website", describe: "option.charity-website" },
    { name: "state", describe: "option.charity-state" },
    { name: "zip", describe: "option.charity-zip" },
    { name: "email", describe: "option.charity-email" },
    { name: "notes", describe: "option.charity-notes" },
    { name: "place", describe: "option.charity-place" },
    { name: "reason", describe: "option.charity-reason" },
  ],
  async run(ctx) {
    const { named } = ctx.args;
    const { verb, words } = readVerb(ctx.args, "charity-verb");
    const typed = named["charity"] ?? words.join(" ");
    switch (verb ?? (typed ? "show" : "list")) {
      case "list":
        return await waitingCharities(ctx);
      case "add":
        return await add(ctx, words);
      case "place":
        return await place(ctx, typed);
      case "reject":
        return await reject(ctx, typed);
      case "approve":
        return await withCharity(ctx, typed, "approve", async (id) =>
          charityReview.decide(ctx, id, { decision: "approve" }),
        );
      case "edit":
        return await withCharity(ctx, typed, "edit", async (id) => {
          const changes = writtenFields(named);
          const isAsked = Object.keys(changes).length === 0;
          return isAsked ? askedIn(ctx, charityEditForm(ctx, id)) : editCharity(ctx, id, changes);
        });
      case "show":
        return await withCharity(ctx, typed, "show", async (id) => wholeCharity(ctx, id));
    }
  },
  complete: completeCharity,
  actions: { charity: charityAction },
  forms: {
    charity: {
      show: charityForm,
      submit: async (ctx, _of, answers) => addCharity(ctx, writtenFields(answers)),
    },
    "charity-edit": { show: charityEditForm, submit: submitEdit },
    ...charityReview.forms,
  },
};

/** Goes on with the id of the charity that is meant. */
async function withCharity(
  ctx: CommandContext,
  typed: string,
  verb: "approve" | "edit" | "show",
  then: (id: string) => Promise<Reply>,
): Promise<Reply> {
  const resolved = await resolveCharity(ctx, typed, {
    isDecision: verb === "approve",
    actionOf: (id) => `charity|${verb}|${id}`,
  });
  return "ask" in resolved ? resolved.ask : await then(resolved.found._id);
}

/** Adds a charity from named options, or asks by a form. */
async function add(ctx: CommandContext, words: readonly string[]): Promise<Reply> {
  const written = writtenFields(ctx.args.named);
  const name = written.name ?? words.join(" ");
  const { city, category, description } = written;
  if (name === "" && Object.keys(written).length === 0) return askedIn(ctx, charityForm(ctx));
  if (name && city && category && description) return await addCharity(ctx, { ...written, name });
  const missing = Object.entries({ name, city, kind: category, description })
    .filter(([, value]) => !value)
    .map(([option]) => `${option}=`);
  const said = ctx.t("charity.missing", { options: missing.join(" "), command: "/charity add" });
  return reply({ lines: [[said]] }, { ephemeral: true });
}

async function reject(ctx: CommandContext, typed: string): Promise<Reply> {
  const isNamed = ctx.args.named["charity"] !== undefined;
  const resolved = await resolveCharity(ctx, typed, {
    withRest: !isNamed,
    isDecision: true,
    actionOf: (id) => `charity|why|${id}`,
  });
  if ("ask" in resolved) return resolved.ask;
  const { found: charity, rest } = resolved;
  const reason = ctx.args.named["reason"] ?? rest;
  if (!reason) return await charityReview.askReason(ctx, charity._id);
  return await charityReview.decide(ctx, charity._id, { decision: "reject", reason });
}

/** "Casa Azul 19.43 -99.13", or by names; "off" takes the place away. */
async function place(ctx: CommandContext, typed: string): Promise<Reply> {
  const { t, backend, args } = ctx;
  const { name, place } = readPlace(`${typed} ${args.named["place"] ?? ""}`);
  const resolved = await resolveCharity(ctx, name, { actionOf: (id) => `charity|show|${id}` });
  if ("ask" in resolved) return resolved.ask;
  const { found } = resolved;
  if (place === undefined)
    return reply({ lines: [[t("usage", { example: t("usage.charity") })]] }, { ephemeral: true });
  const charityId = found._id;
  await backend.mutation(api.charities.updateCharityCoordinates, { charityId, place });
  const shown = await wholeCharity(ctx, charityId);
  const said = t("charity.changed", { name: cleanName(found.name, 80) });
  return withLinesBefore(shown, [[said]]);
}

/** Buttons about charities: `charity|show|<id>`, `charity|add`, and those of the review. */
async function charityAction(ctx: CommandContext, parts: readonly string[]): Promise<Reply> {
  const [part, id = ""] = parts;
  if (part === "add") return askedIn(ctx, charityForm(ctx));
  if (part === "form") {
    const [word, of] = id.split(".");
    const form = word === "charity-edit" && of ? charityEditForm(ctx, of) : charityForm(ctx);
    return askedIn(ctx, form);
  }
  if (part === "edit") return askedIn(ctx, charityEditForm(ctx, id));
  if (part === "show") return await wholeCharity(ctx, id);
  return await charityReview.handle(ctx, parts);
}

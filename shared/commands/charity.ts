import { api } from "../../convex/_generated/api.js";
import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { readPlace } from "./charityPlace.ts";
import {
  decideCharity,
  pressDecision,
  waitingCharities,
  wholeCharity,
  whyNot,
} from "./charityDecide.ts";
import {
  addCharity,
  askedIn,
  charityEditForm,
  charityForm,
  editCharity,
  writtenFields,
} from "./charityForms.ts";
import { charityOption, completeCharity, meantCharity } from "./charityNames.ts";
import type { Call, Command } from "./command.ts";
import { readVerb } from "./verbs.ts";

const actions = ["list", "add", "show", "approve", "reject", "edit", "place"] as const;
type Action = (typeof actions)[number];

const verbs: Record<string, Action> = {
  list: "list",
  lista: "list",
  add: "add",
  agregar: "add",
  anadir: "add",
  nueva: "add",
  show: "show",
  ver: "show",
  approve: "approve",
  aprobar: "approve",
  reject: "reject",
  rechazar: "reject",
  edit: "edit",
  editar: "edit",
  cambiar: "edit",
  place: "place",
  ubicar: "place",
  lugar: "place",
};

export const charity: Command = {
  name: "charity",
  describe: "command.charity",
  for: "admin",
  isPrivate: true,
  options: [
    { name: "action", aliases: ["accion"], describe: "option.charity-action", choices: actions },
    charityOption,
    { name: "name", aliases: ["nombre"], describe: "option.name" },
    { name: "city", aliases: ["ciudad"], describe: "option.city" },
    { name: "kind", aliases: ["tipo", "category", "categoria"], describe: "option.charity-kind" },
    { name: "description", aliases: ["descripcion"], describe: "option.charity-description" },
    { name: "website", aliases: ["web", "sitio"], describe: "option.charity-website" },
    { name: "state", aliases: ["estado"], describe: "option.charity-state" },
    { name: "zip", aliases: ["cp"], describe: "option.charity-zip" },
    { name: "email", aliases: ["correo"], describe: "option.charity-email" },
    { name: "notes", aliases: ["notas"], describe: "option.charity-notes" },
    { name: "place", aliases: ["lugar"], describe: "option.charity-place" },
    { name: "reason", aliases: ["motivo"], describe: "option.charity-reason" },
  ],
  async run(call) {
    const { named } = call.args;
    const { action, words } = readVerb(call.args, verbs);
    const written = named["charity"] ?? words.join(" ");
    switch (action ?? (written ? "show" : "list")) {
      case "list":
        return await waitingCharities(call);
      case "add":
        return await add(call, words);
      case "place":
        return await place(call, written);
      case "reject":
        return await reject(call, written);
      case "approve":
        return await withCharity(call, written, "approve", async (id) =>
          decideCharity(call, id, { decision: "approve" }),
        );
      case "edit":
        return await withCharity(call, written, "edit", async (id) => {
          const changes = writtenFields(named);
          const isAsked = Object.keys(changes).length === 0;
          return isAsked
            ? askedIn(call, charityEditForm(call, id))
            : editCharity(call, id, changes);
        });
      case "show":
        return await withCharity(call, written, "show", async (id) => wholeCharity(call, id));
    }
  },
  complete: completeCharity,
};

/** What is done with a charity's id, once it is sure which one is meant. */
async function withCharity(
  call: Call,
  written: string,
  wish: "approve" | "edit" | "show",
  then: (id: string) => Promise<Message>,
): Promise<Message> {
  const found = await meantCharity(call, written, { press: (id) => `charity|${wish}|${id}` });
  return "message" in found ? found.message : await then(found.charity._id);
}

/** Everything in one line, or a form. */
async function add(call: Call, words: readonly string[]): Promise<Message> {
  const written = writtenFields(call.args.named);
  const name = written.name ?? words.join(" ");
  const isWhole = [name, written.city, written.category, written.description].every(Boolean);
  return isWhole ? await addCharity(call, { ...written, name }) : askedIn(call, charityForm(call));
}

async function reject(call: Call, written: string): Promise<Message> {
  const isNamed = call.args.named["charity"] !== undefined;
  const found = await meantCharity(call, written, {
    withRest: !isNamed,
    press: (id) => `charity|why|${id}`,
  });
  if ("message" in found) return found.message;
  const { charity, rest } = found;
  const reason = call.args.named["reason"] ?? rest;
  if (!reason) return await whyNot(call, charity._id);
  return await decideCharity(call, charity._id, { decision: "reject", reason });
}

/** "Casa Azul 19.43 -99.13", or by names; "off" takes the place away. */
async function place(call: Call, written: string): Promise<Message> {
  const { t, plaza, args } = call;
  const { name, place } = readPlace(`${written} ${args.named["place"] ?? ""}`);
  const found = await meantCharity(call, name, { press: (id) => `charity|show|${id}` });
  if ("message" in found) return found.message;
  if (place === undefined)
    return { lines: [[t("usage", { example: t("usage.charity") })]], isPrivate: true };
  const charityId = found.charity._id;
  await plaza.mutation(api.charities.updateCharityCoordinates, { charityId, place });
  const shown = await wholeCharity(call, charityId);
  const said = t("charity.changed", { name: cleanName(found.charity.name, 80) });
  return { ...shown, lines: [[said], ...(shown.lines ?? [])] };
}

/** What buttons about charities do: `charity|approve|<id>`, `charity|add`. */
export async function pressCharity(call: Call, parts: readonly string[]): Promise<Message> {
  const [wish, id = ""] = parts;
  if (wish === "add") return askedIn(call, charityForm(call));
  if (wish === "form") {
    const [word, of] = id.split(".");
    const form = word === "charity-edit" && of ? charityEditForm(call, of) : charityForm(call);
    return askedIn(call, form);
  }
  if (wish === "edit") return askedIn(call, charityEditForm(call, id));
  if (wish === "show") return await wholeCharity(call, id);
  const decided = await pressDecision(call, parts);
  return decided ?? { lines: [[call.t("unknown.button")]], isPrivate: true };
}

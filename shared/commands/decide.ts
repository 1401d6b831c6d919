import { api } from "../../convex/_generated/api.js";
import { applicant, type Application, decisionLines } from "../messages/applicationCard.ts";
import type { Form, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { reasonCode, reasons } from "../messages/reason.ts";
import { plain } from "../time/when.ts";
import type { Call, Choice, Command, Option } from "./command.ts";
import { pendingMessage } from "./pending.ts";

// Deciding applications: by name, and by the buttons of cards and lists. One sentence says what
// became of it, also where somebody else was faster.

const who: Option = { name: "who", describe: "option.who", completes: true };

export const approve: Command = {
  name: "approve",
  describe: "command.approve",
  for: "moderator",
  isPrivate: true,
  where: "hidden",
  options: [who],
  async run(call) {
    const wanted = (call.args.named["who"] ?? call.args.words.join(" ")).trim();
    if (["all", "todos", "todas"].includes(plain(wanted))) return await askAll(call);
    const found = await meant(call, wanted);
    if ("message" in found) return found.message;
    return await decide(call, found.application._id, "approve");
  },
  complete: suggestions,
};

export const reject: Command = {
  name: "reject",
  describe: "command.reject",
  for: "moderator",
  isPrivate: true,
  where: "hidden",
  options: [who, { name: "reason", aliases: ["motivo"], describe: "option.reason" }],
  async run(call) {
    const { named, words } = call.args;
    const found = await meant(call, named["who"] ?? words.join(" "), "reject");
    if ("message" in found) return found.message;
    const reason = named["reason"] ?? found.rest;
    if (!reason && found.application.status === "pending") return menu(call, found.application);
    return await decide(call, found.application._id, "reject", reason);
  },
  complete: suggestions,
};

/** What the buttons of cards, lists and menus do: `apply|approve|<id>`, `apply|no|<id>|unclear`. */
export async function pressApplication(
  call: Call,
  [wish, id = "", code]: readonly string[],
): Promise<Message> {
  const { t, plaza } = call;
  switch (wish) {
    case "approve":
      return { ...(await decide(call, id, "approve")), isBrief: true };
    case "take":
      return pendingMessage(call, (await decide(call, id, "approve")).lines);
    case "why": {
      const [application] = await plaza.query(api.applications.find, { who: id });
      if (!application) return { lines: [[t("refusal.no-such-application")]], isBrief: true };
      if (application.status !== "pending") return { ...already(call, application), isBrief: true };
      return menu(call, application);
    }
    case "no": {
      const reason = reasons.find((one) => one === code);
      return {
        ...(await decide(call, id, "reject", reason && reasonCode(reason))),
        replaces: true,
      };
    }
    case "words":
      return { form: reasonForm(call, id), lines: [[t("reject.words", { example: "/reject" })]] };
    case "ask":
      return { ...(await askAll(call)), replaces: true };
    case "all":
      await plaza.mutation(api.applications.approveAll, { until: Number.parseInt(id, 36) });
      return { lines: [[t("approve.all.begun")]], replaces: true, isPrivate: true };
    case "none":
      return { lines: [[t("nothing-changed")]], replaces: true, isPrivate: true };
    default:
      return { lines: [[t("unknown.button")]], isPrivate: true };
  }
}

/** A typed reason, as a form. */
export function reasonForm({ t }: Call, id: string): Form {
  const field = { id: "reason", label: t("reject.reason"), longest: 300, isRequired: true };
  return { id: `reason|${id}`, title: t("reject.title"), fields: [field] };
}

export async function submitReason(call: Call, id: string, reason: string): Promise<Message> {
  return await decide(call, id, "reject", reason);
}

async function decide(
  call: Call,
  applicationId: string,
  decision: "approve" | "reject",
  reason?: string,
): Promise<Message> {
  const { isNew, application } = await call.plaza.mutation(api.applications.decide, {
    applicationId,
    decision,
    ...(reason && { reason }),
  });
  if (!isNew) return already(call, application);
  const name = applicant(application);
  return { lines: [[call.t(`done.${decision}`, { name })]], isPrivate: true };
}

function already({ t }: Call, application: Application): Message {
  const said = t("decide.already", { name: applicant(application) });
  return { lines: [[said], ...decisionLines(application, t)], isPrivate: true };
}

function menu({ t }: Call, application: Application): Message {
  const { _id } = application;
  return {
    lines: [[t("reject.why", { name: applicant(application) })]],
    buttons: [
      ...reasons.map((code) => [{ label: t(`reason.${code}`), press: `apply|no|${_id}|${code}` }]),
      [
        { label: t("button.words"), press: `apply|words|${_id}` },
        { label: t("button.no-reason"), press: `apply|no|${_id}` },
      ],
    ],
    isPrivate: true,
  };
}

async function askAll({ t, plaza, now }: Call): Promise<Message> {
  const { count } = await plaza.query(api.applications.pending, {});
  if (count === 0) return { lines: [[t("pending.none")]], isPrivate: true };
  return {
    lines: [[t("approve.all.ask", { count })]],
    buttons: [
      [
        { label: t("button.approve-all"), press: `apply|all|${now.toString(36)}` },
        { label: t("button.cancel"), press: "apply|none" },
      ],
    ],
    isPrivate: true,
  };
}

const longestName = 3;

/**
 * Whose application is meant. In `/reject mia fischer too short`, without names of options, as many
 * first words as are somebody's name are the name; the rest is the reason.
 */
async function meant(
  call: Call,
  written: string,
  wish?: "reject",
): Promise<{ application: Application; rest: string } | { message: Message }> {
  const { t, plaza } = call;
  const words = written.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { message: await pendingMessage(call) };
  const longest = wish ? Math.min(longestName, words.length) : words.length;
  const shortest = wish ? 1 : words.length;
  let near: Application[] = [];
  for (let count = longest; count >= shortest; count--) {
    const name = words.slice(0, count).join(" ");
    near = await plaza.query(api.applications.find, { who: name });
    const exact = near.filter((one) => isCalled(one, name));
    const [application, ...others] = exact;
    if (application && others.length === 0)
      return { application, rest: words.slice(count).join(" ") };
  }
  const [only, ...others] = near;
  if (!only)
    return {
      message: { lines: [[t("decide.nobody", { name: cleanName(written, 60) })]], isPrivate: true },
    };
  if (others.length === 0) return { application: only, rest: wish ? words.slice(1).join(" ") : "" };
  return { message: choose(call, near, wish ?? "approve") };
}

function isCalled({ _id, name, handle }: Application, written: string): boolean {
  const wanted = plain(written.replace(/^@/, ""));
  return (
    written === _id || plain(name) === wanted || (handle !== undefined && plain(handle) === wanted)
  );
}

function choose({ t }: Call, near: Application[], wish: "approve" | "reject"): Message {
  const press = wish === "approve" ? "take" : "why";
  return {
    lines: [[t("decide.which")]],
    buttons: near.map((one) => [{ label: label(one), press: `apply|${press}|${one._id}` }]),
    isPrivate: true,
  };
}

function label({ name, handle }: Pick<Application, "name" | "handle">): string {
  const shown = applicant({ name });
  return handle ? `${shown} (@${cleanName(handle, 40)})` : shown;
}

async function suggestions({ plaza }: Call, option: string, typed: string): Promise<Choice[]> {
  if (option !== "who") return [];
  const found = await plaza.query(api.applications.suggest, { typed });
  return found.map((one) => ({ name: label(one), value: one._id }));
}

import { api } from "../../convex/_generated/api.js";
import { decisionLines } from "../messages/applicationCard.ts";
import type { Form, Message } from "../messages/message.ts";
import type { Call, Command } from "./command.ts";

export const join: Command = {
  name: "join",
  describe: "command.join",
  for: "anyone",
  uselessTo: ["member", "moderator", "admin"],
  isPrivate: true,
  where: "hidden",
  options: [],
  run: async (call) => await begin(call),
};

/** A press of "apply" or "take it back": `join`, `join|withdraw`. */
export async function pressJoin(call: Call, [wish]: readonly string[]): Promise<Message> {
  if (wish !== "withdraw") return await begin(call);
  await call.plaza.mutation(api.applications.withdraw, {});
  return { lines: [[call.t("join.withdrawn")]], replaces: true, isPrivate: true };
}

/** The form, or why there is nothing to fill in. */
async function begin(call: Call): Promise<Message> {
  const { t, person } = call;
  const standing = person?.standing ?? "stranger";
  switch (standing) {
    case "stranger":
    case "incomplete":
      return {
        form: joinForm(call),
        lines: [[t("join.open")]],
        buttons: [[{ label: t("button.join"), press: "join" }]],
        isPrivate: true,
      };
    case "pending":
      return await waiting(call);
    case "suspended":
    case "banned":
      return { lines: [[t(`refusal.${standing}`)]], isPrivate: true };
    case "member":
    case "moderator":
    case "admin":
      return { lines: [[t("refusal.already-member")]], isPrivate: true };
  }
}

async function waiting({ t, plaza }: Call): Promise<Message> {
  const application = await plaza.query(api.applications.mine, {});
  return {
    title: t("join.title"),
    lines: [
      [t("join.waits")],
      ...(application
        ? [[t("join.since"), ": ", { time: application.appliedAt, style: "full" as const }]]
        : []),
      ...(application ? decisionLines(application, t) : []),
    ],
    buttons: [[{ label: t("button.withdraw"), press: "join|withdraw" }]],
    isPrivate: true,
  };
}

export function joinForm({ t }: Call): Form {
  return {
    id: "join",
    title: t("join.title"),
    fields: [
      { id: "goal", label: t("join.goal"), longest: 280, isRequired: true },
      { id: "motivation", label: t("join.motivation"), longest: 500, isRequired: true },
      { id: "otherNames", label: t("join.other"), longest: 200, isRequired: false },
    ],
  };
}

export async function submitJoin(
  { plaza, person, reader, t }: Call,
  { goal = "", motivation = "", otherNames = "" }: Readonly<Record<string, string>>,
): Promise<Message> {
  await plaza.mutation(api.applications.submit, {
    goal,
    motivation,
    name: person?.name ?? "",
    locale: reader.locale,
    ...(person?.handle !== undefined && { handle: person.handle }),
    ...(otherNames && { otherNames }),
  });
  return {
    title: t("join.done.title"),
    lines: [[t("join.done")]],
    buttons: [[{ label: t("button.link"), press: "+link" }]],
    isPrivate: true,
  };
}

/**
 * Somebody asked to be let into a Telegram chat: what the bot writes to them at once. They apply as
 * with `/join`; the decision answers their request.
 */
export async function joinRequested(
  call: Call,
  wanted: { chatId: string; title: string },
): Promise<Message> {
  const { t, plaza } = call;
  const result = await plaza.mutation(api.applications.requestJoin, wanted);
  if (result === "apply") return { form: joinForm(call), lines: [[t("join.open")]] };
  return { lines: [[t(`join.request.${result}`, { title: wanted.title })]] };
}

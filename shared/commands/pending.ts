import { api } from "../../convex/_generated/api.js";
import { applicant } from "../messages/applicationCard.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName, cut } from "../messages/names.ts";
import type { Call, Command } from "./command.ts";

/** With a row of buttons for each, and one for all: Discord has five rows. */
const mostShown = 4;

export const pending: Command = {
  name: "pending",
  describe: "command.pending",
  for: "moderator",
  isPrivate: true,
  where: "hidden",
  options: [],
  run: async (call) => await pendingMessage(call),
};

/** Who waits, the longest first, each to be decided by a tap. */
export async function pendingMessage(
  { t, plaza }: Call,
  before: readonly Line[] = [],
): Promise<Message> {
  const { shown, count } = await plaza.query(api.applications.pending, {});
  const first = shown.slice(0, mostShown);
  if (first.length === 0)
    return { lines: [...before, [t("pending.none")]], replaces: true, isPrivate: true };
  return {
    title: t("pending.title", { count }),
    lines: before,
    items: first.map((one) => [
      { bold: applicant(one) },
      one.handle ? ` · @${cleanName(one.handle, 40)}` : "",
      " · ",
      { time: one.appliedAt, style: "full" },
      `\n${cut(cleanName(one.goal, 280), 200)}`,
    ]),
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
    buttons: [
      ...first.map((one) => [
        {
          label: t("button.approve.name", { name: cut(applicant(one), 30) }),
          press: `apply|take|${one._id}`,
        },
        { label: t("button.reject"), press: `apply|why|${one._id}` },
      ]),
      ...(count > 1 ? [[{ label: t("button.approve-all"), press: "apply|ask" }]] : []),
    ],
    replaces: true,
    isPrivate: true,
  };
}

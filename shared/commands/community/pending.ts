import { api } from "../../../convex/_generated/api.js";
import { applicant } from "../../messages/applicationCard.ts";
import type { Line } from "../../messages/message.ts";
import { cleanName, cut } from "../../messages/sanitize.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

/** With a row of buttons for each, and one for all: Discord has five rows. */
const maxShown = 4;

export const pending: Command = {
  name: "pending",
  describe: "command.pending",
  for: "moderator",
  ephemeral: true,
  where: "hidden",
  options: [],
  run: async (ctx) => await pendingMessage(ctx),
};

/** Applications that wait for a decision, the oldest first, with buttons for each. */
export async function pendingMessage(
  { t, backend }: CommandContext,
  before: readonly Line[] = [],
): Promise<Reply> {
  const { shown, count } = await backend.query(api.applications.pending, {});
  const first = shown.slice(0, maxShown);
  if (first.length === 0)
    return reply(
      { lines: [...before, [t("pending.none")]] },
      { editsMessage: true, ephemeral: true },
    );
  return reply(
    {
      title: t("pending.title", { count }),
      lines: before,
      items: first.map((one) => [
        { bold: applicant(one, t) },
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
            label: t("button.approve.name", { name: cut(applicant(one, t), 30) }),
            action: `apply|take|${one._id}`,
          },
          { label: t("button.reject"), action: `apply|why|${one._id}` },
        ]),
        ...(count > 1 ? [[{ label: t("button.approve-all"), action: "apply|ask" }]] : []),
      ],
    },
    { editsMessage: true, ephemeral: true },
  );
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { charityReasons, decisionLines } from "../../messages/applicationCard.ts";
import { charityLines } from "../../messages/charityCard.ts";
import type { Line } from "../../messages/message.ts";
import { cleanName, cut } from "../../messages/sanitize.ts";
import { isPublicHere, reply } from "../reply.ts";
import type { CommandContext, Reply } from "../command.ts";
import { createReview } from "../review.ts";

// Reviewing charities: by name, and by the buttons of cards and lists. An admin who has read that
// a charity is decided can change the decision.

type Charity = FunctionReturnType<typeof api.charities.approveCharity>["charity"];

/** With a row of buttons for each, and one to add: Discord has five rows. */
const maxShown = 4;

/** Charities that wait for a decision, the oldest first, with buttons for each. */
export async function waitingCharities(
  { t, backend }: CommandContext,
  before: readonly Line[] = [],
): Promise<Reply> {
  const { shown, count } = await backend.query(api.charities.getPendingCharities, {});
  const first = shown.slice(0, maxShown);
  const lines = first.length === 0 ? [...before, [t("charity.none")]] : before;
  return reply(
    {
      ...(first.length > 0 && { title: t("charity.waiting", { count }) }),
      lines,
      items: first.map((one): Line => [
        { bold: cleanName(one.name, 80) },
        ` · ${cleanName(one.city, 40)} · ${cleanName(one.category, 40)}`,
        `\n${cut(cleanName(one.description, 500), 200)}`,
      ]),
      total: count,
      more: (hidden) => t("events.more", { count: hidden }),
      buttons: [
        ...first.map((one) => [
          {
            label: t("button.approve.name", { name: cleanName(one.name, 30) }),
            action: `charity|take|${one._id}`,
          },
          { label: t("button.reject"), action: `charity|why|${one._id}` },
        ]),
        [{ label: t("button.charity-add"), action: "charity|add" }],
      ],
    },
    { editsMessage: true, ephemeral: true },
  );
}

export const charityReview = createReview({
  action: "charity",
  form: "charity-reason",
  // By number: with its name, the action id would be too long.
  reasons: charityReasons.map((name, index) => ({ part: `${index}`, name })),
  canChange: true,
  rejectCommand: "/charity reject",
  texts: {
    why: "charity.why",
    approve: "charity.done.approve",
    reject: "charity.done.reject",
    formTitle: "charity.reject.title",
    formLabel: "charity.reason",
  },
  load: async ({ backend }, charityId) =>
    decidedOf(await backend.query(api.charities.getCharity, { charityId })),
  async decide({ backend }, charityId, { decision, reason, isChange }) {
    const which = { charityId, ...(isChange && { isChange }) };
    const { isNew, charity } =
      decision === "approve"
        ? await backend.mutation(api.charities.approveCharity, which)
        : await backend.mutation(api.charities.rejectCharity, {
            ...which,
            ...(reason && { reason }),
          });
    return { isNew, decided: decidedOf(charity) };
  },
  waiting: waitingCharities,
});

function decidedOf(charity: Charity) {
  const { _id: id, name, verificationStatus: status } = charity;
  return { ...charity, id, name: cleanName(name, 80), status };
}

/** One charity as admins see it; its e-mail address and notes only where others do not read them. */
export async function wholeCharity(ctx: CommandContext, charityId: string): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const charity = await backend.query(api.charities.getCharity, { charityId });
  const { name, verificationStatus: status, contactEmail, adminNotes } = charity;
  const isHidden = !isPublicHere(ctx);
  return reply(
    {
      title: cleanName(name, 80),
      lines: [
        ...charityLines(charity, reader),
        [{ bold: t(`charity.status.${status}`) }],
        ...decisionLines({ ...charity, status }, t),
        ...(isHidden && contactEmail !== undefined
          ? [[{ bold: t("charity.email") }, `: ${cleanName(contactEmail, 254)}`]]
          : []),
        ...(isHidden && adminNotes !== undefined
          ? [[{ bold: t("charity.notes") }, `: ${cleanName(adminNotes, 1000)}`]]
          : []),
      ],
    },
    { ephemeral: true },
  );
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { charityReasons, decisionLines, reasonCode } from "../../messages/applicationCard.ts";
import { charityLines } from "../../messages/charityCard.ts";
import type { Form, Line } from "../../messages/message.ts";
import { cleanName, cut } from "../../messages/sanitize.ts";
import type { CommandContext } from "../command.ts";
import { reply, type Reply } from "../reply.ts";

// Deciding charities: by name, and by the buttons of cards and lists. A decision that was made is
// said, and can be changed only by who has read it.

type Decided = FunctionReturnType<typeof api.charities.approveCharity>["charity"];
export type Decision = "approve" | "reject";

/** With a row of buttons for each, and one to add: Discord has five rows. */
const maxShown = 4;
/** In a action: the admin has read that it is decided, and means to change it. */
const again = "again";

/** Charities that wait, the longest first, each to be decided by a tap. */
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

export async function decideCharity(
  ctx: CommandContext,
  charityId: string,
  { decision, reason, isChange }: { decision: Decision; reason?: string; isChange?: boolean },
): Promise<Reply> {
  const { backend, t } = ctx;
  const which = { charityId, ...(isChange && { isChange }) };
  const { isNew, charity } =
    decision === "approve"
      ? await backend.mutation(api.charities.approveCharity, which)
      : await backend.mutation(api.charities.rejectCharity, {
          ...which,
          ...(reason && { reason }),
        });
  if (!isNew) return already(ctx, charity, decision);
  const name = cleanName(charity.name, 80);
  return reply({ lines: [[t(`charity.done.${decision}`, { name })]] }, { ephemeral: true });
}

/** What was decided, by whom and when; and how to change it, for who wants the opposite. */
function already({ t }: CommandContext, charity: Decided, wish: Decision): Reply {
  const { _id, name, verificationStatus: status } = charity;
  const isOpposite = (wish === "approve") === (status === "rejected");
  const part = wish === "approve" ? "approve" : "why";
  return reply(
    {
      lines: [
        [t("decide.already", { name: cleanName(name, 80) })],
        ...decisionLines({ ...charity, status }, t),
      ],
      ...(isOpposite && {
        buttons: [
          [{ label: t(`button.${wish}.anyway`), action: `charity|${part}|${_id}|${again}` }],
        ],
      }),
    },
    { ephemeral: true },
  );
}

/** Why not: a menu, or how somebody was faster. */
export async function whyNot(
  ctx: CommandContext,
  charityId: string,
  change?: string,
): Promise<Reply> {
  const { t, backend } = ctx;
  const charity = await backend.query(api.charities.getCharity, { charityId });
  if (charity.verificationStatus !== "pending" && change !== again)
    return already(ctx, charity, "reject");
  const end = change === again ? `|${again}` : "";
  const no = (code: string) => `charity|no|${charityId}|${code}${end}`;
  return reply(
    {
      lines: [[t("charity.why", { name: cleanName(charity.name, 80) })]],
      buttons: [
        ...charityReasons.map((code, index) => [
          { label: t(`reason.${code}`), action: no(`${index}`) },
        ]),
        [
          { label: t("button.words"), action: `charity|words|${charityId}${end}` },
          { label: t("button.no-reason"), action: no("") },
        ],
      ],
    },
    { ephemeral: true },
  );
}

/** What the buttons of cards, lists and menus do: `charity|approve|<id>`, `charity|no|<id>|2`. */
export async function decisionAction(
  ctx: CommandContext,
  [wish, id = "", third, fourth]: readonly string[],
): Promise<Reply | null> {
  switch (wish) {
    case "approve": {
      const isChange = third === again;
      const done = await decideCharity(ctx, id, { decision: "approve", isChange });
      return reply(done, { toast: done.message.buttons === undefined });
    }
    case "take":
      return await waitingCharities(
        ctx,
        (await decideCharity(ctx, id, { decision: "approve" })).message.lines,
      );
    case "why":
      return await whyNot(ctx, id, third);
    case "no": {
      const code = charityReasons[Number(third || "none")];
      const reason = code ? { reason: reasonCode(code) } : {};
      const isChange = fourth === again;
      const done = await decideCharity(ctx, id, { decision: "reject", ...reason, isChange });
      return reply(done, { editsMessage: true });
    }
    case "words":
      return reply({
        form: charityReasonForm(ctx, third === again ? `${id}.${again}` : id),
        lines: [[ctx.t("reject.words", { example: "/charity reject" })]],
      });
    default:
      return null;
  }
}

/** A typed reason, as a form; `of` is the charity's id, and whether the decision is changed. */
export function charityReasonForm({ t }: CommandContext, of: string): Form {
  const field = { id: "reason", label: t("charity.reason"), maxLength: 300, isRequired: true };
  return { id: `charity-reason|${of}`, title: t("charity.reject.title"), fields: [field] };
}

export async function submitCharityReason(
  ctx: CommandContext,
  of: string,
  reason: string,
): Promise<Reply> {
  const [id = "", change] = of.split(".");
  return await decideCharity(ctx, id, {
    decision: "reject",
    reason,
    isChange: change === again,
  });
}

/** One charity as admins see it: all of it, and what is for them alone where nobody reads along. */
export async function wholeCharity(ctx: CommandContext, charityId: string): Promise<Reply> {
  const { t, backend, reader, chat, supportsModals } = ctx;
  const charity = await backend.query(api.charities.getCharity, { charityId });
  const { name, verificationStatus: status, contactEmail, adminNotes } = charity;
  const isHidden = chat.kind === "private" || supportsModals;
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

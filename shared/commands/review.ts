import { decisionLines, reasonCode, type ReasonName } from "../messages/applicationCard.ts";
import type { Form, Message } from "../messages/message.ts";
import type { TextKey } from "../texts/index.ts";
import { reply, unknownButton } from "./reply.ts";
import type { ActionHandler, CommandContext, CommandForm, Reply } from "./command.ts";

// How admins and moderators review what was submitted: they approve with one button, or reject with
// a reason from a menu or in words of their own. The first decision wins; a later reviewer
// reads who decided and when.

export type Decision = "approve" | "reject";
type DecisionOptions = { decision: Decision; reason?: string | undefined; isChange?: boolean };
type Decided = Parameters<typeof decisionLines>[0] & { id: string; name: string };

/** What differs between the kinds of things that are reviewed. */
type ReviewKind = {
  /** The first part of its action ids. */
  action: string;
  /** The first part of the form id for a reason in words. */
  form: string;
  /** The menu of reasons; `part` names one in an action id of at most 64 bytes. */
  reasons: readonly { part: string; name: ReasonName }[];
  /** A reviewer who has read that there is a decision may change it. */
  canChange: boolean;
  /** The command that takes a reason in words. */
  rejectCommand: string;
  texts: Record<Decision | "why" | "formTitle" | "formLabel", TextKey>;
  /** @throws Refusal "no-such-application" or "no-such-charity" */
  load(ctx: CommandContext, id: string): Promise<Decided | null>;
  decide(
    ctx: CommandContext,
    id: string,
    options: DecisionOptions,
  ): Promise<{ isNew: boolean; decided: Decided }>;
  /** The list of what waits for a decision, below these lines. */
  waiting(ctx: CommandContext, before: Message["lines"]): Promise<Reply>;
};

type Review = {
  decide(ctx: CommandContext, id: string, options: DecisionOptions): Promise<Reply>;
  /** Asks for a reason, or says that it is decided already. */
  askReason(ctx: CommandContext, id: string, change?: string): Promise<Reply>;
  /** The buttons of cards, lists and menus: `<action>|approve|<id>`, take, why, no, words. */
  handle: ActionHandler;
  forms: Readonly<Record<string, CommandForm>>;
};

/** In an action id: the person has read that it is decided, and wants to change it. */
const again = "again";

export function createReview(kind: ReviewKind): Review {
  const decide: Review["decide"] = async (ctx, id, options) => {
    const { isNew, decided } = await kind.decide(ctx, id, options);
    if (!isNew) return already(ctx, kind, decided, options.decision);
    const text = ctx.t(kind.texts[options.decision], { name: decided.name });
    return reply({ lines: [[text]] }, { ephemeral: true });
  };

  const askReason: Review["askReason"] = async (ctx, id, change) => {
    const loaded = await kind.load(ctx, id);
    if (!loaded) return reply({ lines: [[ctx.t("refusal.no-such-application")]] }, { toast: true });
    const isChange = kind.canChange && change === again;
    if (loaded.status === "pending" || isChange) return menu(ctx, kind, loaded, isChange);
    const said = already(ctx, kind, loaded, "reject");
    return kind.canChange ? said : reply(said, { toast: true });
  };

  const reasonForm = ({ t }: CommandContext, of: string): Form => {
    const label = t(kind.texts.formLabel);
    const field = { id: "reason", label, maxLength: 300, isRequired: true };
    return { id: `${kind.form}|${of}`, title: t(kind.texts.formTitle), fields: [field] };
  };

  const handle: ActionHandler = async (ctx, [part, id = "", third, fourth]) => {
    switch (part) {
      case "approve": {
        const isChange = third === again;
        const said = await decide(ctx, id, { decision: "approve", isChange });
        return reply(said, { toast: said.message.buttons === undefined });
      }
      case "take": {
        const said = await decide(ctx, id, { decision: "approve" });
        return await kind.waiting(ctx, said.message.lines);
      }
      case "why":
        return await askReason(ctx, id, third);
      case "no": {
        const chosen = kind.reasons.find((one) => one.part === third);
        const reason = chosen && reasonCode(chosen.name);
        const isChange = fourth === again;
        const said = await decide(ctx, id, { decision: "reject", reason, isChange });
        return reply(said, { editsMessage: true });
      }
      case "words":
        return reply({
          form: reasonForm(ctx, third === again ? `${id}.${again}` : id),
          lines: [[ctx.t("reject.words", { example: kind.rejectCommand })]],
        });
      default:
        return unknownButton(ctx);
    }
  };

  const submit: CommandForm["submit"] = async (ctx, of, { reason = "" }) => {
    const [id = "", change] = of.split(".");
    return await decide(ctx, id, { decision: "reject", reason, isChange: change === again });
  };

  return { decide, askReason, handle, forms: { [kind.form]: { show: reasonForm, submit } } };
}

/** Who decided, when and why; and how to change it, for those who want the opposite. */
function already({ t }: CommandContext, kind: ReviewKind, decided: Decided, decision: Decision) {
  const isOpposite = (decision === "approve") === (decided.status === "rejected");
  const part = decision === "approve" ? "approve" : "why";
  const action = `${kind.action}|${part}|${decided.id}|${again}`;
  return reply(
    {
      lines: [[t("decide.already", { name: decided.name })], ...decisionLines(decided, t)],
      ...(kind.canChange &&
        isOpposite && { buttons: [[{ label: t(`button.${decision}.anyway`), action }]] }),
    },
    { ephemeral: true },
  );
}

function menu(ctx: CommandContext, kind: ReviewKind, { id, name }: Decided, isChange: boolean) {
  const { t } = ctx;
  const change = isChange ? [again] : [];
  const no = (part: string) => [kind.action, "no", id, part, ...change].join("|");
  const withoutReason = isChange ? no("") : [kind.action, "no", id].join("|");
  return reply(
    {
      lines: [[t(kind.texts.why, { name })]],
      buttons: [
        ...kind.reasons.map((one) => [{ label: t(`reason.${one.name}`), action: no(one.part) }]),
        [
          { label: t("button.words"), action: [kind.action, "words", id, ...change].join("|") },
          { label: t("button.no-reason"), action: withoutReason },
        ],
      ],
    },
    { ephemeral: true },
  );
}

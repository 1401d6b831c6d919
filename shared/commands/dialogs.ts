import { api } from "../../convex/_generated/api.js";
import type { Form, FormField } from "../messages/message.ts";
import type { Registry } from "./registry.ts";
import { reply } from "./reply.ts";
import type { Answers, CommandContext, Reply } from "./command.ts";

// A form on a platform without modals: a dialog of one question after the other, in a private chat.
// The answers are kept in Convex, so that a bot that is restarted goes on where it was.

/** Shows the form of a reply as the platform can: as a modal, or by its first question. */
export async function shown(ctx: CommandContext, said: Reply): Promise<Reply> {
  const { form } = said.message;
  if (!form || ctx.supportsModals || form.isSecret || ctx.chat.kind !== "private") return said;
  await ctx.backend.mutation(api.dialogs.begin, { form: form.id });
  return question(ctx, form, {});
}

/** Takes a message as the answer to the question that was asked; null where none was asked. */
export async function answerDialog(
  registry: Registry,
  ctx: CommandContext,
  text: string,
): Promise<Reply | null> {
  const { backend, messageId = "" } = ctx;
  if (ctx.supportsModals) return null;
  const dialog = await backend.query(api.dialogs.current, {});
  if (!dialog) return null;
  const isRepeated = dialog.lastMessageId === messageId;
  // The last answer was delivered again: the bot was killed before it could reply to it.
  if (dialog.isDone)
    return isRepeated ? await registry.submitForm(ctx, dialog.form, dialog.answers) : null;
  const form = registry.showForm(ctx, dialog.form);
  const field = form && next(form, dialog.answers);
  if (!form || !field) return null;
  if (isRepeated) return question(ctx, form, dialog.answers);
  return await take(registry, ctx, form, field, dialog.answers, text);
}

/** Skips the question or cancels the dialog: `dialog|skip`, `dialog|cancel`. */
export async function dialogAction(
  registry: Registry,
  ctx: CommandContext,
  [answer]: readonly string[],
): Promise<Reply> {
  const { backend, t } = ctx;
  if (answer === "cancel") {
    await backend.mutation(api.dialogs.cancel, {});
    return reply({ lines: [[t("dialog.cancelled")]] }, { editsMessage: true });
  }
  const dialog = await backend.query(api.dialogs.current, {});
  const form = dialog && !dialog.isDone ? registry.showForm(ctx, dialog.form) : null;
  const field = dialog && form && next(form, dialog.answers);
  if (!form || !field || field.isRequired)
    return reply({ lines: [[t("unknown.button")]] }, { toast: true });
  const pressed = { ...ctx, messageId: `skip ${field.id}` };
  return reply(await take(registry, pressed, form, field, dialog.answers, ""), {
    editsMessage: true,
  });
}

function next(form: Form, answers: Answers): FormField | undefined {
  return form.fields.find(({ id }) => !Object.hasOwn(answers, id));
}

async function take(
  registry: Registry,
  ctx: CommandContext,
  form: Form,
  field: FormField,
  before: Answers,
  text: string,
): Promise<Reply> {
  const { backend, t, messageId = "" } = ctx;
  const value = text.trim();
  if (value.length > field.maxLength) {
    const problem = t("dialog.too-long", { longest: field.maxLength, length: value.length });
    return question(ctx, form, before, problem);
  }
  const answers = { ...before, [field.id]: value };
  const isLast = next(form, answers) === undefined;
  await backend.mutation(api.dialogs.answer, { field: field.id, value, messageId, isLast });
  return isLast ? await registry.submitForm(ctx, form.id, answers) : question(ctx, form, answers);
}

function question({ t }: CommandContext, form: Form, answers: Answers, problem?: string): Reply {
  const field = next(form, answers);
  if (!field) return reply({ lines: [[t("unknown.button")]] });
  const step = form.fields.indexOf(field) + 1;
  return reply({
    title: form.title,
    lines: [
      ...(problem ? [[problem]] : []),
      form.fields.length > 1
        ? [{ bold: `${step}/${form.fields.length}` }, ` · ${field.label}`]
        : [field.label],
      [{ italic: t("dialog.hint", { longest: field.maxLength }) }],
    ],
    buttons: [
      [
        ...(field.isRequired ? [] : [{ label: t("button.skip"), action: "dialog|skip" }]),
        { label: t("button.cancel"), action: "dialog|cancel" },
      ],
    ],
  });
}

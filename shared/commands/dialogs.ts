import { api } from "../../convex/_generated/api.js";
import type { Form, FormField, Message } from "../messages/message.ts";
import type { Call } from "./command.ts";
import { formById, submitForm } from "./forms.ts";

// A form on a platform without dialogs: one question after the other, in a private chat. What was
// answered is kept in Convex, so that a bot that is restarted goes on where it was.

/** Shows a form as the platform can: as a dialog, or by its first question. */
export async function shown(call: Call, message: Message): Promise<Message> {
  const { form } = message;
  if (!form || call.showsForms || form.isSecret || call.chat.kind !== "private") return message;
  await call.plaza.mutation(api.dialogs.begin, { form: form.id });
  return question(call, form, {});
}

/** Takes a message as the answer to the question that was asked; null where none was asked. */
export async function answerDialog(call: Call, text: string): Promise<Message | null> {
  const { plaza, messageId = "" } = call;
  if (call.showsForms) return null;
  const dialog = await plaza.query(api.dialogs.current, {});
  if (!dialog) return null;
  const isRepeated = dialog.lastMessageId === messageId;
  // The last answer again: the bot was killed before it could say what became of it.
  if (dialog.isDone) return isRepeated ? await submitForm(call, dialog.form, dialog.answers) : null;
  const form = formById(call, dialog.form);
  const field = form && next(form, dialog.answers);
  if (!form || !field) return null;
  if (isRepeated) return question(call, form, dialog.answers);
  return await take(call, form, field, dialog.answers, text);
}

/** A press of "skip" or "cancel": `dialog|skip`. */
export async function pressDialog(call: Call, [wish]: readonly string[]): Promise<Message> {
  const { plaza, t } = call;
  if (wish === "cancel") {
    await plaza.mutation(api.dialogs.cancel, {});
    return { lines: [[t("dialog.cancelled")]], replaces: true };
  }
  const dialog = await plaza.query(api.dialogs.current, {});
  const form = dialog && !dialog.isDone ? formById(call, dialog.form) : null;
  const field = dialog && form && next(form, dialog.answers);
  if (!form || !field || field.isRequired) return { lines: [[t("unknown.button")]], isBrief: true };
  const pressed = { ...call, messageId: `skip ${field.id}` };
  return { ...(await take(pressed, form, field, dialog.answers, "")), replaces: true };
}

type Answers = Readonly<Record<string, string>>;

function next(form: Form, answers: Answers): FormField | undefined {
  return form.fields.find(({ id }) => !Object.hasOwn(answers, id));
}

async function take(
  call: Call,
  form: Form,
  field: FormField,
  before: Answers,
  text: string,
): Promise<Message> {
  const { plaza, t, messageId = "" } = call;
  const value = text.trim();
  if (value.length > field.longest) {
    const problem = t("dialog.too-long", { longest: field.longest, length: value.length });
    return question(call, form, before, problem);
  }
  const answers = { ...before, [field.id]: value };
  const isLast = next(form, answers) === undefined;
  await plaza.mutation(api.dialogs.answer, { field: field.id, value, messageId, isLast });
  return isLast ? await submitForm(call, form.id, answers) : question(call, form, answers);
}

function question({ t }: Call, form: Form, answers: Answers, problem?: string): Message {
  const field = next(form, answers);
  if (!field) return { lines: [[t("unknown.button")]] };
  const step = form.fields.indexOf(field) + 1;
  return {
    title: form.title,
    lines: [
      ...(problem ? [[problem]] : []),
      form.fields.length > 1
        ? [{ bold: `${step}/${form.fields.length}` }, ` · ${field.label}`]
        : [field.label],
      [{ italic: t("dialog.hint", { longest: field.longest }) }],
    ],
    buttons: [
      [
        ...(field.isRequired ? [] : [{ label: t("button.skip"), press: "dialog|skip" }]),
        { label: t("button.cancel"), press: "dialog|cancel" },
      ],
    ],
  };
}

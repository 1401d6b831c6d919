import { api } from "../../convex/_generated/api.js";
import type { Form, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { waitingCharities, wholeCharity } from "./charityDecide.ts";
import type { Call } from "./command.ts";

// Adding a charity and changing it: five questions, which is what a dialog holds, or words by name.

/** What is called how: the option, the form's field, and the field of the charity. */
const fields = {
  name: "name",
  city: "city",
  kind: "category",
  description: "description",
  website: "website",
  state: "state",
  zip: "zipCode",
  email: "contactEmail",
  notes: "adminNotes",
} as const;
type Written = Partial<Record<(typeof fields)[keyof typeof fields], string>>;
type Answers = Readonly<Record<string, string>>;

/** What was given by name, in the words of the functions; "none" and "-" take away. */
export function writtenFields(named: Answers): Written {
  const entries = Object.entries(fields).flatMap(([option, field]) => {
    const value = named[option];
    if (value === undefined) return [];
    return [[field, ["none", "-", "nada"].includes(value.toLowerCase()) ? "" : value] as const];
  });
  return Object.fromEntries(entries);
}

export function charityForm({ t }: Call): Form {
  return { id: "charity", title: t("charity.form.add"), fields: fieldsOf(t, true) };
}

/** The same questions about a charity that is there; what is left out stays. */
export function charityEditForm({ t }: Call, id: string): Form {
  return { id: `charity-edit|${id}`, title: t("charity.form.edit"), fields: fieldsOf(t, false) };
}

function fieldsOf(t: Call["t"], isRequired: boolean): Form["fields"] {
  return [
    { id: "name", label: t("charity.name"), longest: 80, isRequired },
    { id: "city", label: t("charity.city"), longest: 80, isRequired },
    { id: "kind", label: t("charity.form.kind"), longest: 40, isRequired },
    { id: "description", label: t("charity.form.description"), longest: 500, isRequired },
    { id: "website", label: t("charity.form.website"), longest: 200, isRequired: false },
  ];
}

/** A form that can be filled in here, or where it can. Nobody is asked five questions in vain. */
export async function askedIn(call: Call, form: Form): Promise<Message> {
  const { t, chat, showsForms, privateUrl, plaza } = call;
  if (!showsForms && chat.kind !== "private")
    return {
      lines: [[t("private.hint", { command: "/charity" })]],
      ...(privateUrl !== undefined && {
        buttons: [[{ label: t("button.private"), url: privateUrl }]],
      }),
      isPrivate: true,
    };
  // Refuses whoever is no admin.
  await plaza.query(api.charities.getPendingCharities, {});
  return {
    form,
    lines: [[t("charity.form.open")]],
    buttons: [[{ label: form.title, press: `charity|form|${form.id.replace("|", ".")}` }]],
    isPrivate: true,
  };
}

/** Adds a charity; its card goes to the chats that decide. */
export async function addCharity(call: Call, written: Written): Promise<Message> {
  const { t, plaza } = call;
  const { name = "", city = "", category = "", description = "", ...others } = written;
  const { isNew, charity } = await plaza.mutation(api.charities.createCharity, {
    name,
    city,
    category,
    description,
    ...others,
  });
  const shown = cleanName(charity.name, 80);
  const said = t(isNew ? "charity.added" : "charity.known", { name: shown });
  if (!isNew) return { lines: [[said]], isPrivate: true };
  return await waitingCharities(call, [[said]]);
}

/** Changes what is given of a charity, and shows it. */
export async function editCharity(
  call: Call,
  charityId: string,
  changes: Written,
): Promise<Message> {
  const { t, plaza } = call;
  const { name } = await plaza.mutation(api.charities.updateCharity, { charityId, changes });
  const shown = await wholeCharity(call, charityId);
  const said = t("charity.changed", { name: cleanName(name, 80) });
  return { ...shown, lines: [[said], ...(shown.lines ?? [])] };
}

/** A form that came back: what was left empty stays as it was. */
export async function submitEdit(call: Call, id: string, answers: Answers): Promise<Message> {
  const given = Object.entries(answers).filter(([, value]) => value.trim() !== "");
  return await editCharity(call, id, writtenFields(Object.fromEntries(given)));
}

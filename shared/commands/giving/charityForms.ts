import { isTermOf } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import type { Form } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { waitingCharities, wholeCharity } from "./charityReview.ts";
import { reply, withLinesBefore } from "../reply.ts";
import type { CommandContext, Reply } from "../command.ts";

// Adding and changing a charity: by a form of five fields, the most that a Discord modal has, or by
// named options.

/** Options and form fields, and the charity's field that each of them sets. */
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

/** The named options as fields of a charity; "none" and "-" clear a field. */
export function writtenFields(named: Answers): Written {
  const entries = Object.entries(fields).flatMap(([option, field]) => {
    const value = named[option];
    if (value === undefined) return [];
    return [[field, isTermOf("clear", value) ? "" : value] as const];
  });
  return Object.fromEntries(entries);
}

export function charityForm({ t }: CommandContext): Form {
  return { id: "charity", title: t("charity.form.add"), fields: fieldsOf(t, true) };
}

/** The same questions about a charity that is there; what is left out stays. */
export function charityEditForm({ t }: CommandContext, id: string): Form {
  return { id: `charity-edit|${id}`, title: t("charity.form.edit"), fields: fieldsOf(t, false) };
}

function fieldsOf(t: CommandContext["t"], isRequired: boolean): Form["fields"] {
  return [
    { id: "name", label: t("charity.name"), maxLength: 80, isRequired },
    { id: "city", label: t("charity.city"), maxLength: 80, isRequired },
    { id: "kind", label: t("charity.form.kind"), maxLength: 40, isRequired },
    { id: "description", label: t("charity.form.description"), maxLength: 500, isRequired },
    { id: "website", label: t("charity.form.website"), maxLength: 200, isRequired: false },
  ];
}

/**
 * The form, or the way to the private chat where forms work. Refusals come before the questions.
 *
 * @throws Refusal "admins-only"
 */
export async function askedIn(ctx: CommandContext, form: Form): Promise<Reply> {
  const { t, chat, supportsModals, privateUrl, backend } = ctx;
  if (!supportsModals && chat.kind !== "private")
    return reply(
      {
        lines: [[t("private.hint", { command: "/charity" })]],
        ...(privateUrl !== undefined && {
          buttons: [[{ label: t("button.private"), url: privateUrl }]],
        }),
      },
      { ephemeral: true },
    );
  // Only admins may read this list: everybody else is refused here.
  await backend.query(api.charities.getPendingCharities, {});
  return reply(
    {
      form,
      lines: [[t("charity.form.open")]],
      buttons: [[{ label: form.title, action: `charity|form|${form.id.replace("|", ".")}` }]],
    },
    { ephemeral: true },
  );
}

/** Adds a charity; its card goes to the chats that decide. */
export async function addCharity(ctx: CommandContext, written: Written): Promise<Reply> {
  const { t, backend } = ctx;
  const { name = "", city = "", category = "", description = "", ...others } = written;
  const { isNew, charity } = await backend.mutation(api.charities.createCharity, {
    name,
    city,
    category,
    description,
    ...others,
  });
  const shown = cleanName(charity.name, 80);
  const said = t(isNew ? "charity.added" : "charity.known", { name: shown });
  if (!isNew) return reply({ lines: [[said]] }, { ephemeral: true });
  return await waitingCharities(ctx, [[said]]);
}

/** Changes what is given of a charity, and shows it. */
export async function editCharity(
  ctx: CommandContext,
  charityId: string,
  changes: Written,
): Promise<Reply> {
  const { t, backend } = ctx;
  const { name } = await backend.mutation(api.charities.updateCharity, { charityId, changes });
  const shown = await wholeCharity(ctx, charityId);
  const said = t("charity.changed", { name: cleanName(name, 80) });
  return withLinesBefore(shown, [[said]]);
}

/** A form that came back: what was left empty stays as it was. */
export async function submitEdit(
  ctx: CommandContext,
  id: string,
  answers: Answers,
): Promise<Reply> {
  const given = Object.entries(answers).filter(([, value]) => value.trim() !== "");
  return await editCharity(ctx, id, writtenFields(Object.fromEntries(given)));
}

type Place = { latitude: number; longitude: number };

/** Degrees with points, a comma or a space between them; or with commas, as Spanish writes them. */
const withPoints = /^(?:(.*?) )?(-?\d{1,3}(?:\.\d{1,10})?)(?: ?, ?| )(-?\d{1,3}(?:\.\d{1,10})?)$/;
const withCommas = /^(?:(.*?) )?(-?\d{1,3},\d{1,10})[; ] ?(-?\d{1,3},\d{1,10})$/;

/**
 * A name with a place behind it: "Casa Azul 19.43 -99.13". "off" is null, nowhere; `place` is
 * undefined where there is neither.
 */
export function readPlace(written: string): { name: string; place: Place | null | undefined } {
  const words = written.trim().replaceAll(/\s+/g, " ");
  const read = withCommas.exec(words) ?? withPoints.exec(words);
  if (read) {
    const [, name = "", latitude, longitude] = read;
    return { name, place: { latitude: degrees(latitude), longitude: degrees(longitude) } };
  }
  const all = words.split(" ");
  const isOff = isTermOf("off", all.at(-1) ?? "");
  return isOff
    ? { name: all.slice(0, -1).join(" "), place: null }
    : { name: words, place: undefined };
}

function degrees(text = ""): number {
  return Number(text.replace(",", "."));
}

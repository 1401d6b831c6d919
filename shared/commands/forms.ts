import type { Form, Message } from "../messages/message.ts";
import { charityReasonForm, submitCharityReason } from "./charityDecide.ts";
import {
  addCharity,
  charityEditForm,
  charityForm,
  submitEdit,
  writtenFields,
} from "./charityForms.ts";
import type { Call } from "./command.ts";
import { cityForm, submitCity } from "./giveCity.ts";
import { joinForm, submitJoin } from "./join.ts";
import { submitKey } from "./org.ts";
import { reasonForm, submitReason } from "./decide.ts";

type Answers = Readonly<Record<string, string>>;

/**
 * Every form: how it looks, and what becomes of it. `of` stands behind the word: "reason|<id>". One
 * that is only ever a dialog does not say how it looks.
 */
const forms: Record<
  string,
  {
    form?: (call: Call, of: string) => Form;
    submit: (call: Call, of: string, answers: Answers) => Promise<Message>;
  }
> = {
  giveCity: {
    form: cityForm,
    submit: async (call, of, { city = "" }) => submitCity(call, of, city),
  },
  charity: {
    form: charityForm,
    submit: async (call, _of, answers) => addCharity(call, writtenFields(answers)),
  },
  "charity-edit": { form: charityEditForm, submit: submitEdit },
  "charity-reason": {
    form: charityReasonForm,
    submit: async (call, of, { reason = "" }) => submitCharityReason(call, of, reason),
  },
  join: { form: joinForm, submit: async (call, _of, answers) => submitJoin(call, answers) },
  key: { submit: async (call, of, { key = "" }) => submitKey(call, of, key) },
  reason: {
    form: reasonForm,
    submit: async (call, of, { reason = "" }) => submitReason(call, of, reason),
  },
};

/** A form by its id; null for one that is not known (any more). */
export function formById(call: Call, id: string): Form | null {
  const { known, of } = split(id);
  return known?.form?.(call, of) ?? null;
}

/** Takes a form that was filled in. */
export async function submitForm(call: Call, id: string, answers: Answers): Promise<Message> {
  const { known, of } = split(id);
  if (known) return await known.submit(call, of, answers);
  return { lines: [[call.t("unknown.button")]], isPrivate: true };
}

function split(id: string) {
  const [word = "", of = ""] = id.split("|");
  return { known: Object.hasOwn(forms, word) ? forms[word] : undefined, of };
}

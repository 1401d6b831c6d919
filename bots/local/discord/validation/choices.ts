import { CHOICES } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import { asText, checkText, readFields, readList } from "./fields.ts";

/** Checks what an autocomplete offers. */
export function readChoices(data: unknown): { name: string; value: string }[] {
  const issues: Issue[] = [];
  const path = ["data", "choices"];
  const list = readList(issues, path, readFields(issues, ["data"], data)["choices"], {
    max: CHOICES.count,
    required: true,
  });
  const choices = list.map((one, index) => {
    const choice = readFields(issues, [...path, index], one);
    const name = { min: 1, max: CHOICES.name, required: true };
    checkText(issues, [...path, index, "name"], choice["name"], name);
    const value = choice["value"];
    if (typeof value !== "number") {
      const size = { max: CHOICES.value, required: true };
      checkText(issues, [...path, index, "value"], value, size);
    }
    return { name: asText(choice["name"]), value: asText(value) };
  });
  if (issues.length > 0) throw invalidForm(issues);
  return choices;
}

import { CHOICES } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import { asText, checkText, type Fields, type Path, readEach, readFields } from "./fields.ts";

/** Checks what an autocomplete offers. */
export function readChoices(data: unknown): { name: string; value: string }[] {
  const issues: Issue[] = [];
  const path = ["data", "choices"];
  const list = readFields(issues, ["data"], data)["choices"];
  const choices = checkChoices(issues, path, list, true);
  if (issues.length > 0) throw invalidForm(issues);
  return choices.map((one) => ({ name: asText(one["name"]), value: asText(one["value"]) }));
}

/** Checks choices, those of a registered option as well as those offered while typing. */
export function checkChoices(
  issues: Issue[],
  path: Path,
  value: unknown,
  required = false,
): Fields[] {
  const choices: Fields[] = [];
  for (const [at, choice] of readEach(issues, path, value, { max: CHOICES.count, required })) {
    choices.push(choice);
    const name = { min: 1, max: CHOICES.name, required: true };
    checkText(issues, [...at, "name"], choice["name"], name);
    if (typeof choice["value"] === "number") continue;
    const size = { max: CHOICES.value, required: true };
    checkText(issues, [...at, "value"], choice["value"], size);
  }
  return choices;
}

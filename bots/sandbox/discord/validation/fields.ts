import type { Issue } from "../refusal.ts";

export type Fields = Record<string, unknown>;
export type Path = (string | number)[];

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A string or number as text; anything else is none. */
export const asText = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const absent = (value: unknown) => value === undefined || value === null;

/** Notes a missing field; true where there is nothing more to check. */
function missing(issues: Issue[], path: Path, value: unknown, required: boolean): boolean {
  if (!absent(value) && !(required && value === "")) return false;
  if (required)
    issues.push({ path, code: "BASE_TYPE_REQUIRED", message: "This field is required" });
  return true;
}

type Size = { min?: number; max: number; required?: boolean };

export function checkText(issues: Issue[], path: Path, value: unknown, size: Size): void {
  const { min = 0, max, required = false } = size;
  if (missing(issues, path, value, required)) return;
  if (typeof value !== "string") {
    const message = `Could not interpret "${JSON.stringify(value)}" as string.`;
    issues.push({ path, code: "STRING_TYPE_CONVERT", message });
  } else if (value.length > max || value.length < min) {
    const between = `Must be between ${min} and ${max} in length.`;
    const code = min > 0 ? "BASE_TYPE_BAD_LENGTH" : "BASE_TYPE_MAX_LENGTH";
    issues.push({ path, code, message: min > 0 ? between : `Must be ${max} or fewer in length.` });
  }
}

export function checkInteger(issues: Issue[], path: Path, value: unknown, size: Size): void {
  const { min = 0, max, required = false } = size;
  if (missing(issues, path, value, required)) return;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    issues.push({ path, code: "NUMBER_TYPE_COERCE", message: `Value is not int.` });
  } else if (value < min || value > max) {
    const message = `int value should be between ${min} and ${max}.`;
    issues.push({ path, code: "NUMBER_TYPE_RANGE", message });
  }
}

export function checkOneOf(
  issues: Issue[],
  path: Path,
  value: unknown,
  choices: readonly unknown[],
  required = true,
): boolean {
  if (missing(issues, path, value, required)) return !required;
  if (choices.includes(value)) return true;
  const message = `Value must be one of {${choices.map(String).join(", ")}}.`;
  issues.push({ path, code: "BASE_TYPE_CHOICES", message });
  return false;
}

export function checkUrl(issues: Issue[], path: Path, value: unknown, schemes: string[]): void {
  if (absent(value)) return;
  const url = typeof value === "string" ? value : "";
  if (schemes.some((scheme) => url.startsWith(`${scheme}://`)) && URL.canParse(url)) return;
  const message = URL.canParse(url)
    ? `Scheme "${url.slice(0, url.indexOf(":"))}" is not supported. Scheme must be one of (${schemes.map((one) => `'${one}'`).join(", ")}).`
    : "Not a well formed URL.";
  issues.push({ path, code: "URL_TYPE_INVALID_SCHEME", message });
}

/** The list itself, empty where there is none or it is no list. */
export function readList(issues: Issue[], path: Path, value: unknown, size: Size): unknown[] {
  const { min = 0, max, required = false } = size;
  if (missing(issues, path, value, required)) return [];
  if (!Array.isArray(value)) {
    const message = "Only iterables may be used in a ListType";
    issues.push({ path, code: "LIST_TYPE_CONVERT", message });
    return [];
  }
  if (value.length < min || value.length > max) {
    const between = `Must be between ${min} and ${max} in length.`;
    const code = min > 0 ? "BASE_TYPE_BAD_LENGTH" : "BASE_TYPE_MAX_LENGTH";
    issues.push({ path, code, message: min > 0 ? between : `Must be ${max} or fewer in length.` });
  }
  return value as unknown[];
}

/** The object itself, or an empty one with a note where it is none. */
export function readFields(issues: Issue[], path: Path, value: unknown): Fields {
  if (isFields(value)) return value;
  const message = "Only dictionaries may be used in a DictType";
  issues.push({ path, code: "DICT_TYPE_CONVERT", message });
  return {};
}

/** The objects of a list, each with its path, noted as they are come to. */
export function* readEach(
  issues: Issue[],
  path: Path,
  value: unknown,
  size: Size,
): Generator<[path: Path, fields: Fields]> {
  for (const [index, one] of readList(issues, path, value, size).entries()) {
    const at = [...path, index];
    yield [at, readFields(issues, at, one)];
  }
}

import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { Exchange } from "../../../bots/sandbox/contract.ts";

export type Schema = Record<string, unknown>;

/** What is wrong with a request and with its answer; no `answer` where none was given. */
export type Verdict = { request: string[]; answer?: string[] };
export type Validator = (exchange: Exchange) => Verdict;

const maxProblems = 6;

/**
 * Checks values by schemas that are compiled once for each name. Gives sentences with the place of
 * each problem.
 */
export function problemsOf(ajv: Ajv2020) {
  const compiled = new Map<string, ValidateFunction>();
  return (name: string, schema: () => Schema, value: unknown): string[] => {
    const validate = compiled.get(name) ?? ajv.compile(schema());
    compiled.set(name, validate);
    if (validate(value)) return [];
    return telling(validate.errors ?? [])
      .slice(0, maxProblems)
      .map(({ instancePath, message = "", params }) =>
        [name, instancePath, message, JSON.stringify(params)].join(" "),
      );
  };
}

/** Fields that say which alternative of a union an object is. */
const isKind = /\/(type|entity_type)$/;

/**
 * Of the alternatives of a union every one complains. Those of another kind than the value's say
 * nothing, nor does the union itself where one of them said more.
 */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const branch = ({ schemaPath, instancePath }: ErrorObject, parent: string) =>
    `${schemaPath.split("/properties/")[0]} ${parent || instancePath}`;
  const others = errors.filter(
    ({ keyword, instancePath }) => keyword === "const" || isKind.test(instancePath),
  );
  const wrong = new Set(
    others.map((one) => branch(one, one.instancePath.replace(/\/[^/]*$/, "") || " ")),
  );
  const left = errors.filter(
    (one) =>
      !others.includes(one) &&
      ![...wrong].some((other) => {
        const [schema = "", place = ""] = other.split(" ");
        return one.schemaPath.startsWith(schema) && one.instancePath.startsWith(place);
      }),
  );
  const said = left.filter(({ keyword }) => keyword !== "oneOf" && keyword !== "anyOf");
  return said.length > 0 ? said : [...errors];
}

import { Ajv2020 } from "ajv/dist/2020.js";
import type { Exchange } from "../../../bots/sandbox/contract.ts";
import { problemsOf, type Schema, type Validator } from "./validation.ts";

// The Bot API's machine-readable description, and what a call and its answer must be by it. Format:
// https://github.com/PaulSonOfLars/telegram-bot-api-spec (`methods` and `types` with their fields).

type Field = { name: string; types: string[]; required: boolean; description: string };
type Described = { name: string; fields?: Field[]; subtypes?: string[] };
export type TelegramSpecification = {
  version: string;
  methods: Record<string, Described & { returns: string[] }>;
  types: Record<string, Described>;
};

/** Fields that came after the version of the description which these tests know (10.1). */
const newerFields: Record<string, Field[]> = {
  ChatMemberAdministrator: [
    {
      name: "can_send_welcome_messages",
      types: ["Boolean"],
      required: false,
      description: "https://core.telegram.org/bots/api#chatmemberadministrator",
    },
  ],
};

const scalars: Record<string, Schema> = {
  Integer: { type: "integer" },
  Float: { type: "number" },
  Boolean: { type: "boolean" },
  String: { type: "string" },
  // In a type's place: the file itself, or an address or id of one.
  InputFile: { type: "string" },
};

/** What the names of types mean, "Array of Array of X" included. */
function schemaOf(types: readonly string[]): Schema {
  const [first = "", ...others] = types;
  if (others.length > 0) return { anyOf: types.map((type) => schemaOf([type])) };
  if (first.startsWith("Array of "))
    return { type: "array", items: schemaOf([first.slice("Array of ".length)]) };
  return scalars[first] ?? { $ref: `#/$defs/${first}` };
}

/** A field with what its description says in fixed phrases: lengths and constant values. */
function fieldSchema({ types, description }: Field): Schema {
  if (types.length !== 1 || types[0] !== "String") return schemaOf(types);
  const [, least, most, unit] = /(\d+)-(\d+) (characters|bytes)/.exec(description) ?? [];
  const constant = /(?:always|must be) [“"]?([a-z_]+)[”"]?$/i.exec(description)?.[1];
  const length =
    unit === "characters"
      ? { minLength: Number(least), maxLength: Number(most) }
      : unit === "bytes" && { maxLength: Number(most) };
  return { type: "string", ...length, ...(constant !== undefined && { const: constant }) };
}

/** No field is taken that the description does not have. */
function objectSchema(fields: readonly Field[]): Schema {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/**
 * In forms and addresses everything is a string; there, what is no string is JSON. An uploaded file
 * stands for the parameter of its name.
 */
function parametersOf({ body, uploads }: Exchange, fields: readonly Field[]): unknown {
  const parameters: Record<string, unknown> = { ...(body as object) };
  for (const { name, types } of fields) {
    const value = parameters[name];
    if (uploads.includes(name)) parameters[name] = "attach://";
    else if (typeof value === "string" && !types.includes("String"))
      parameters[name] = parsed(value);
  }
  return parameters;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const refusal = objectSchema([
  { name: "ok", types: ["Boolean"], required: true, description: "" },
  { name: "error_code", types: ["Integer"], required: true, description: "" },
  { name: "description", types: ["String"], required: true, description: "" },
  { name: "parameters", types: ["ResponseParameters"], required: false, description: "" },
]);

/** Says what is wrong with a call of the Bot API and with its answer. */
export function telegramValidator({ methods, types }: TelegramSpecification): Validator {
  const ajv = new Ajv2020({ strict: false, allErrors: true, inlineRefs: false });
  const definitions = Object.values(types).map(({ name, fields = [], subtypes }) => [
    name,
    subtypes ? schemaOf(subtypes) : objectSchema([...fields, ...(newerFields[name] ?? [])]),
  ]);
  ajv.addSchema({ $id: "bot-api", $defs: Object.fromEntries(definitions) as object });
  const check = problemsOf(ajv);
  const within = (schema: Schema) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"bot-api#/$defs/')) as Schema;

  return (exchange) => {
    const { method, status, answer } = exchange;
    const described = methods[method];
    if (!described) return { request: [`${method} is no method of the Bot API`] };
    const fields = described.fields ?? [];
    return {
      request: check(
        `${method} called`,
        () => within(objectSchema(fields)),
        parametersOf(exchange, fields),
      ),
      ...(status !== 0 && {
        answer:
          status === 200
            ? check(
                `${method} answered`,
                () => within(schemaOf(described.returns)),
                (answer as { result: unknown }).result,
              )
            : check("refused", () => within(refusal), answer),
      }),
    };
  };
}

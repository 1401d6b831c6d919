import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { problemsOf, type Schema, type Validator } from "./validation.ts";

// Discord's OpenAPI 3.1 description of its HTTP API, and what a request and its answer must be by
// it: https://github.com/discord/discord-api-spec

type Content = { content?: Record<string, { schema: Schema }> };
type Operation = {
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content & { $ref?: string }>;
  parameters?: { name: string; in: string }[];
};
export type DiscordSpecification = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses?: Record<string, Content> };
};

/** Says what is wrong with a request of Discord's HTTP API and with its answer. */
export function discordValidator(specification: DiscordSpecification): Validator {
  const ajv = new Ajv2020({ strict: false, allErrors: true, inlineRefs: false });
  addFormats["default"](ajv);
  ajv.addFormat("snowflake", /^\d{1,20}$/);
  ajv.addFormat("nonce", true);
  ajv.addSchema(specification, "answers");
  ajv.addSchema(closed(specification), "requests");
  const check = problemsOf(ajv);
  const findOperation = operationsOf(specification);

  return ({ method, path = "", query = {}, body, status, answer }) => {
    const found = findOperation(method, path);
    if (!found) return { request: [`${method} ${path} is no route of Discord's`] };
    const { name, pointer, operation } = found;
    const verbs = Object.keys(query).filter(
      (key) => !operation.parameters?.some((one) => one.in === "query" && one.name === key),
    );
    const request = verbs.map((key) => `${name} has no query parameter ${key}`);
    const sent = `${pointer}/requestBody/content/application~1json/schema`;
    if (operation.requestBody && (body !== undefined || operation.requestBody.required))
      request.push(...check(`${name} request`, () => ({ $ref: `requests#${sent}` }), body));
    else if (body !== undefined) request.push(`${name} takes no body`);
    if (status === 0) return { request };

    const code = [String(status), `${String(status)[0]}XX`].find((one) => operation.responses[one]);
    // A failure of the service itself is described nowhere.
    if (code === undefined) return { request, answer: status < 500 ? [`${name}: ${status}`] : [] };
    const response = operation.responses[code];
    const referred = response?.$ref?.split("/").at(-1) ?? "";
    const content = (response?.$ref ? specification.components.responses?.[referred] : response)
      ?.content;
    const given = response?.$ref
      ? `/components/responses/${referred}`
      : `${pointer}/responses/${code}`;
    if (!content?.["application/json"])
      return { request, answer: answer === undefined ? [] : [`${name} ${status} has no body`] };
    const $ref = `answers#${given}/content/application~1json/schema`;
    return { request, answer: check(`${name} ${status}`, () => ({ $ref }), answer) };
  };
}

/** A literal part of a path wins over an id. */
function operationsOf({ paths }: DiscordSpecification) {
  const routes = Object.entries(paths).map(([template, operations]) => ({
    template,
    parts: template.split("/"),
    ids: template.split("{").length,
    operations,
  }));
  routes.sort((a, b) => a.ids - b.ids);
  return (method: string, path: string) => {
    const parts = path.split("/");
    const verb = method.toLowerCase();
    const route = routes.find(
      ({ parts: wanted, operations }) =>
        operations[verb] &&
        wanted.length === parts.length &&
        wanted.every((part, index) => part.startsWith("{") || part === parts[index]),
    );
    const operation = route?.operations[verb];
    if (!route || !operation) return undefined;
    const pointer = `/paths/${route.template.replaceAll("/", "~1").replace(/[{}]/g, encodeURIComponent)}/${verb}`;
    return { name: `${method} ${route.template}`, pointer, operation };
  };
}

const sentByTheLibrary = {
  enforce_nonce: { type: "boolean" },
  nonce: {},
  tts: { type: "boolean" },
};

/**
 * The same description where an object takes no field beside those that it names: a misspelt field
 * of a request would otherwise pass. discord.js sends three fields with every message, also where only
 * a channel's messages have them; Discord passes over them.
 */
function closed(specification: DiscordSpecification): DiscordSpecification {
  const { schemas } = specification.components;
  const strict = Object.entries(schemas).map(([name, schema]) => {
    const isPlain = schema["properties"] !== undefined && schema["allOf"] === undefined;
    const named = schema["properties"] as Schema | undefined;
    const isMessage = named?.["content"] !== undefined && named["embeds"] !== undefined;
    const properties = { ...(isMessage && sentByTheLibrary), ...named };
    return [name, isPlain ? { additionalProperties: false, ...schema, properties } : schema];
  });
  return {
    ...specification,
    components: { ...specification.components, schemas: Object.fromEntries(strict) as never },
  };
}

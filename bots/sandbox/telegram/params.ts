import type { ResponseParameters } from "@grammyjs/types";

/**
 * Parameters of a method call. A multipart or query call has strings where JSON has the real
 * thing.
 */
export type Params = Record<string, unknown>;

export function textParam(params: Params, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value);
}

export function numberParam(params: Params, name: string): number | undefined {
  const value = textParam(params, name);
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function flagParam(params: Params, name: string): boolean {
  const value = textParam(params, name);
  return value === "true" || value === "True" || value === "1";
}

/** A parameter that is an object or a list. */
export function jsonParam(params: Params, name: string): unknown {
  const value = params[name];
  if (value === null || value === "") return undefined;
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return badRequest(`can't parse ${name.replaceAll("_", " ")} JSON object`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An error answer of the Bot API: HTTP status, description and parameters. */
export class Refusal extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** @throws 400 in Telegram's form */
export function badRequest(reason: string, parameters?: ResponseParameters): never {
  throw new Refusal(400, `Bad Request: ${reason}`, parameters);
}

/** @throws 403 in Telegram's form */
export function forbidden(reason: string): never {
  throw new Refusal(403, `Forbidden: ${reason}`);
}

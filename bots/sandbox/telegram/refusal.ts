import type { ResponseParameters } from "@grammyjs/types";

/** A request the Bot API says no to: the HTTP status, Telegram's sentence, and what it adds. */
export class Refusal extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** Says 400 in Telegram's form. */
export function badRequest(reason: string, parameters?: ResponseParameters): never {
  throw new Refusal(400, `Bad Request: ${reason}`, parameters);
}

/** Says 403 in Telegram's form. */
export function forbidden(reason: string): never {
  throw new Refusal(403, `Forbidden: ${reason}`);
}

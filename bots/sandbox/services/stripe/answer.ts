/** What a route answers. `body` is sent as JSON, unless it is a page or leads elsewhere. */
export type Answer =
  | { status: number; body: object; headers?: Record<string, string> }
  | { status: 200; page: string }
  | { status: 303; to: string };

export function ok(body: object): Answer {
  return { status: 200, body };
}

type ErrorDetail = { type?: string; code?: string; param?: string };

/** An error in Stripe's form. */
export function refused(status: number, message: string, detail: ErrorDetail = {}): Answer {
  return { status, body: { error: { type: "invalid_request_error", message, ...detail } } };
}

export function noSuch(what: string, id: string): Answer {
  return refused(404, `No such ${what}: '${id}'`, { code: "resource_missing", param: "id" });
}

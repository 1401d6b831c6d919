/** What a route answers. `body` is sent as JSON, unless it is a page. */
export type Answer = { status: number; body: unknown; type?: "html" };

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** An error in Privy's form; the codes are those of its own list. */
export function refused(status: number, error: string, code?: string): Answer {
  return { status, body: { error, ...(code !== undefined && { code }) } };
}

export const notFound = refused(404, "Not found");

/** What is wrong with one field, and where it is in the body. */
export type Issue = { path: (string | number)[]; code: string; message: string };

/** An error answer in Discord's form; thrown by handlers, written out by the wire. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message);
    this.status = status;
    this.body = errors === undefined ? { message, code } : { message, code, errors };
  }
}

export const badRequest = (code: number, message: string) => new Refusal(400, code, message);
export const unauthorized = () => new Refusal(401, 0, "401: Unauthorized");
export const forbidden = (code: number, message: string) => new Refusal(403, code, message);
export const notFound = (code: number, message: string) => new Refusal(404, code, message);
export const unknownRoute = () => notFound(0, "404: Not Found");

export const unknownMessage = () => notFound(10008, "Unknown Message");
export const missingPermissions = () => forbidden(50013, "Missing Permissions");

/** Reads a part of a body, so that what is wrong with it is told under the part's name. */
export function under<T>(part: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const errors = error instanceof Refusal ? error.body["errors"] : undefined;
    if (errors === undefined) throw error;
    throw new Refusal(400, 50035, "Invalid Form Body", { [part]: errors });
  }
}

/** 50035 with the tree of errors that discord.js prints line by line. */
export function invalidForm(issues: Issue[]): Refusal {
  const tree: Record<string, unknown> = {};
  for (const { path, code, message } of issues) {
    let at = tree;
    for (const step of path) at = (at[step] ??= {}) as Record<string, unknown>;
    ((at["_errors"] ??= []) as unknown[]).push({ code, message });
  }
  return new Refusal(400, 50035, "Invalid Form Body", tree);
}

import { pino, type Logger } from "pino";

export type Log = Logger;

/**
 * Structured logs on standard output, or line by line into `to`. Values are chosen where they are logged; the redaction is the
 * net below. A platform's error object is never logged: it can hold a token.
 */
export function createLog(level: string, to?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    redact: { paths: ["token", "*.token", "key", "*.key", "authorization", "*.authorization"] },
  };
  return to ? pino(options, to) : pino(options);
}

/**
 * What is logged of a platform's explanation: without the parts that can repeat a text, an address, a
 * name or the number of a person or chat ("BUTTON_URL 'https://...' is invalid").
 */
export function withoutIds(explanation: string): string {
  return explanation
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/gu, "…")
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+|\S*@\S+/giu, "…")
    .replaceAll(/-?\d{6,}/g, "…")
    .slice(0, 200);
}

/** What is logged of an error: its kind and code, not its text, which can hold secrets. */
export function errorKind(error: unknown): { error: string; code?: string | number } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = "code" in error ? error.code : "error_code" in error ? error.error_code : undefined;
  const isCode = typeof code === "string" || typeof code === "number";
  return { error: error.name, ...(isCode && { code }) };
}

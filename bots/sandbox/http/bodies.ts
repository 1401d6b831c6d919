import type { IncomingMessage, ServerResponse } from "node:http";

// Reading requests and writing answers, with a bound on everything that is read.

/**
 * A whole body, or null where it has more than `maxBytes`: then it is read to its end all the same,
 * so that the sender hears the answer.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) return null;
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Undefined for text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One part of a multipart body; `file` where it has a file name. */
export type Part = { name: string; bytes: Buffer; file?: { name: string; mime: string } };

/**
 * The parts of a multipart body in order, or a sentence that says what is wrong with it. grammY
 * writes file names without quotes, spaces and accents included, and Telegram takes them so.
 * Parsers
 * that follow RFC 7578, busboy and Node's own, do not, hence this one.
 */
export function readMultipart(body: Buffer, contentType: string): Part[] | string {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return "boundary not found";
  // The first boundary has no line end before it, all others have.
  const rest = Buffer.concat([Buffer.from("\r\n"), body]);
  const line = Buffer.from(`\r\n--${boundary}`);
  const parts: Part[] = [];
  for (let at = rest.indexOf(line); at >= 0;) {
    const start = at + line.length;
    at = rest.indexOf(line, start);
    if (at < 0) break;
    const part = readPart(rest.subarray(start, at));
    if (part === undefined) return "field name in multipart/form-data not found";
    parts.push(part);
  }
  return parts;
}

function readPart(part: Buffer): Part | undefined {
  const end = part.indexOf("\r\n\r\n");
  const headers = part.subarray(0, Math.max(0, end)).toString("utf8");
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(headers)?.[1] ?? "";
  const name = parameterOf(disposition, "name");
  if (name === undefined) return undefined;
  const bytes = Buffer.from(part.subarray(end + 4));
  const fileName = parameterOf(disposition, "filename");
  if (fileName === undefined) return { name, bytes };
  const mime = /^content-type:\s*(\S+)/im.exec(headers)?.[1] ?? "application/octet-stream";
  return { name, bytes, file: { name: fileName, mime } };
}

/**
 * A quoted value may hold semicolons and browsers write its quotes as %22; a bare one ends at a
 * semicolon.
 */
function parameterOf(disposition: string, parameter: string): string | undefined {
  const found = new RegExp(`(?:^|;)\\s*${parameter}=(?:"([^"]*)"|([^;]*))`, "i").exec(disposition);
  return found?.[1]?.replaceAll("%22", '"') ?? found?.[2]?.trim();
}

/** Sends JSON in one piece; does nothing where the client has gone or was answered. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers?: Record<string, string>,
): void {
  if (response.destroyed || response.headersSent) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Headers of a page that runs no script and loads nothing. */
export const plainPageHeaders = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  "x-content-type-options": "nosniff",
};

/** Escapes text for HTML. */
export function asHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

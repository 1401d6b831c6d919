import type { Upload } from "./files.ts";
import { badRequest } from "./params.ts";

// grammY writes file names without quotes, spaces and accents included, and Telegram takes them so.
// Parsers that go by the book, busboy and Node's own, do not, hence this one.

export type Part = { name: string; upload?: Upload; value: string };

/** The parts of a multipart body, in order. */
export function readParts(body: Buffer, contentType: string): Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return badRequest("boundary not found");
  // The first boundary has no line end before it, all others have.
  const rest = Buffer.concat([Buffer.from("\r\n"), body]);
  const line = Buffer.from(`\r\n--${boundary}`);
  const parts: Part[] = [];
  for (let at = rest.indexOf(line); at >= 0;) {
    const start = at + line.length;
    at = rest.indexOf(line, start);
    if (at >= 0) parts.push(readPart(rest.subarray(start, at)));
  }
  return parts;
}

function readPart(part: Buffer): Part {
  const end = part.indexOf("\r\n\r\n");
  const headers = part.subarray(0, Math.max(0, end)).toString("utf8");
  const fields = /^content-disposition:\s*form-data;(.*)$/im.exec(headers)?.[1];
  const name = fields === undefined ? undefined : fieldOf(fields, "name");
  if (fields === undefined || name === undefined) {
    return badRequest("field name in multipart/form-data not found");
  }
  const content = part.subarray(end + 4);
  const fileName = fieldOf(fields, "filename");
  return fileName === undefined
    ? { name, value: content.toString("utf8") }
    : { name, value: "", upload: { name: fileName, bytes: Buffer.from(content) } };
}

function fieldOf(fields: string, key: string): string | undefined {
  const pair = fields.split(";").find((pair) => pair.trim().startsWith(`${key}=`));
  return pair
    ?.slice(pair.indexOf("=") + 1)
    .trim()
    .replace(/^"(.*)"$/, "$1");
}

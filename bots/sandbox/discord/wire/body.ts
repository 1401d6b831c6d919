import type { IncomingMessage } from "node:http";
import { parseJson, readBody as readBytes, readMultipart } from "../../http/bodies.ts";
import { MESSAGE } from "../limits.ts";
import { badRequest, Refusal } from "../refusal.ts";

/** A file of a multipart request; `index` is the n of files[n]. */
export type Upload = { index: string; name: string; mime: string; bytes: Uint8Array };

export type Body = { json: unknown; uploads: Upload[] };

const maxJsonBytes = 1_048_576;
const maxMultipartBytes = 100 * 1_048_576;
const tooLarge = () => new Refusal(413, 40005, "Request entity too large");

/** Reads a whole request body: JSON, or multipart with `payload_json` and `files[n]`. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const type = request.headers["content-type"] ?? "";
  const isMultipart = type.startsWith("multipart/form-data");
  const bytes = await readBytes(request, isMultipart ? maxMultipartBytes : maxJsonBytes);
  if (bytes === null) throw tooLarge();
  if (isMultipart) return bodyOf(bytes, type);
  if (bytes.length === 0) return { json: undefined, uploads: [] };
  return { json: parse(bytes.toString()), uploads: [] };
}

function bodyOf(bytes: Buffer, type: string): Body {
  const parts = readMultipart(bytes, type);
  if (typeof parts === "string") throw badRequest(50035, "Invalid Form Body");
  const uploads: Upload[] = [];
  const fields = new Map<string, string>();
  for (const { name, bytes: content, file } of parts) {
    if (content.length > (file ? MESSAGE.fileBytes : maxJsonBytes)) throw tooLarge();
    if (!file) {
      fields.set(name, content.toString());
      continue;
    }
    const index = /^files\[(\d+)\]$/.exec(name)?.[1] ?? String(uploads.length);
    uploads.push({ index, ...file, bytes: content });
  }
  const payload = fields.get("payload_json");
  return { json: payload === undefined ? Object.fromEntries(fields) : parse(payload), uploads };
}

function parse(text: string): unknown {
  const json = parseJson(text);
  if (json === undefined) throw badRequest(50109, "The request body contains invalid JSON.");
  return json;
}

import type { IncomingMessage } from "node:http";
import type { Upload } from "./files.ts";
import { badRequest, isRecord, type Params, Refusal } from "./params.ts";
import { readParts } from "./multipart.ts";

export type Body = { params: Params; uploads: Map<string, Upload> };

const MOST_BYTES = 50 * 1024 * 1024;
const NO_UPLOADS: Map<string, Upload> = new Map();

/** Reads what a method was called with, from the address and from the body. */
export async function readBody(request: IncomingMessage, query: URLSearchParams): Promise<Body> {
  const inAddress: Params = query.size > 0 ? Object.fromEntries(query) : {};
  const type = request.headers["content-type"] ?? "";
  const raw = await readAll(request);
  if (raw.length === 0) return { params: inAddress, uploads: NO_UPLOADS };
  if (type.startsWith("multipart/form-data")) {
    const body: Body = { params: inAddress, uploads: new Map() };
    for (const { name, upload, value } of readParts(raw, type)) {
      if (upload) body.uploads.set(name, upload);
      else body.params[name] = value;
    }
    return body;
  }
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const form = Object.fromEntries(new URLSearchParams(raw.toString("utf8")));
    return { params: { ...inAddress, ...form }, uploads: NO_UPLOADS };
  }
  return { params: { ...inAddress, ...parsed(raw.toString("utf8")) }, uploads: NO_UPLOADS };
}

function parsed(text: string): Params {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Refused below, like anything else that is not an object.
  }
  return badRequest("can't parse JSON object");
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too much is read to its end all the same, so that the sender hears the answer.
    if (size <= MOST_BYTES) chunks.push(chunk);
  }
  if (size > MOST_BYTES) throw tooLarge();
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(): Refusal {
  return new Refusal(413, "Request Entity Too Large");
}

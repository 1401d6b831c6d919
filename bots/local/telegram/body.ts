import type { IncomingMessage } from "node:http";
import busboy from "busboy";
import type { Upload } from "./files.ts";
import { isRecord, type Params } from "./params.ts";
import { badRequest, Refusal } from "./refusal.ts";

export type Body = { params: Params; uploads: Map<string, Upload> };

const MOST_BYTES = 50 * 1024 * 1024;
const NO_UPLOADS: Map<string, Upload> = new Map();

/** Reads what a method was called with, from the address and from the body. */
export async function readBody(request: IncomingMessage, query: URLSearchParams): Promise<Body> {
  const inAddress = query.size > 0 ? Object.fromEntries(query) : {};
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) {
    const { params, uploads } = await readMultipart(request);
    return { params: { ...inAddress, ...params }, uploads };
  }
  const raw = await readAll(request);
  if (raw.length === 0) return { params: inAddress, uploads: NO_UPLOADS };
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
    if (size > MOST_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function readMultipart(request: IncomingMessage): Promise<Body> {
  return new Promise((resolve, reject) => {
    const params: Params = {};
    const uploads = new Map<string, Upload>();
    const form = busboy({ headers: request.headers, limits: { fileSize: MOST_BYTES } });
    form.on("field", (name, value) => (params[name] = value));
    form.on("file", (field, stream, { filename }: { filename: string | undefined }) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("limit", () => reject(tooLarge()));
      stream.on("end", () => {
        uploads.set(field, { name: filename ?? field, bytes: Buffer.concat(chunks) });
      });
    });
    form.on("close", () => resolve({ params, uploads }));
    form.on("error", () => reject(new Refusal(400, "Bad Request: can't parse multipart body")));
    request.on("error", reject);
    request.pipe(form);
  });
}

function tooLarge(): Refusal {
  return new Refusal(413, "Request Entity Too Large");
}

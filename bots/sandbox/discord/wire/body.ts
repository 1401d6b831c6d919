import type { IncomingMessage } from "node:http";
import busboy from "busboy";
import { MESSAGE } from "../limits.ts";
import { badRequest, Refusal } from "../refusal.ts";

/** A file of a multipart request; `index` is the n of files[n]. */
export type Upload = { index: string; name: string; mime: string; bytes: Uint8Array };

export type Body = { json: unknown; uploads: Upload[] };

const MOST_JSON = 1_048_576;
const tooLarge = () => new Refusal(413, 40005, "Request entity too large");
const invalidJson = () => badRequest(50109, "The request body contains invalid JSON.");

/** Reads a whole request body: JSON, or multipart with `payload_json` and `files[n]`. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) return await readMultipart(request);
  const text = await readText(request);
  if (text === "") return { json: undefined, uploads: [] };
  return { json: parse(text), uploads: [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson();
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_JSON) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0].toString() : Buffer.concat(chunks).toString();
}

async function readMultipart(request: IncomingMessage): Promise<Body> {
  const uploads: Upload[] = [];
  const fields = new Map<string, string>();
  let oversize = false;
  await new Promise<void>((resolve, reject) => {
    const fail = () => {
      request.resume();
      reject(badRequest(50035, "Invalid Form Body"));
    };
    let form: busboy.Busboy;
    try {
      const limits = { fileSize: MESSAGE.fileBytes, files: 20, fieldSize: MOST_JSON };
      form = busboy({ headers: request.headers, limits, defParamCharset: "utf8" });
    } catch {
      return fail();
    }
    form.on("field", (name, value) => fields.set(name, value));
    form.on("file", (field, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("limit", () => (oversize = true));
      stream.on("end", () => {
        const index = /^files\[(\d+)\]$/.exec(field)?.[1] ?? String(uploads.length);
        const bytes = Buffer.concat(chunks);
        uploads.push({ index, name: info.filename ?? "file", mime: info.mimeType, bytes });
      });
    });
    form.on("error", fail);
    form.on("close", resolve);
    request.on("aborted", fail);
    request.pipe(form);
  });
  if (oversize) throw tooLarge();
  const payload = fields.get("payload_json");
  return { json: payload === undefined ? Object.fromEntries(fields) : parse(payload), uploads };
}

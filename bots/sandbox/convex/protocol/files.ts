import type { IncomingMessage, ServerResponse } from "node:http";
import type { Engine } from "../engine.ts";
import { readBody, sendJson, sendProblem } from "./requests.ts";

const prefix = "/api/storage/";
const maxFileBytes = 100 * 1024 * 1024;

/**
 * Serves stored files, and takes uploads, at the addresses that functions hand out: whoever has one
 * may use it. False where the path is no such address, or the engine has no files.
 */
export function createFilesApi(engine: Engine) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const { files } = engine;
    if (files === undefined || !pathname.startsWith(prefix)) return false;
    const id = pathname.slice(prefix.length);
    if (request.method === "POST" && id === "upload") {
      await upload(files, searchParams.get("token") ?? "", request, response);
    } else if (request.method === "GET" || request.method === "HEAD") {
      await serve(files, id, request, response);
    } else {
      return false;
    }
    return true;
  };
}

type Files = NonNullable<Engine["files"]>;

async function serve(
  files: Files,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = await files.read(id);
  if (file === null) {
    return sendProblem(response, 404, { code: "NotFound", message: "File not found" });
  }
  response.writeHead(200, {
    "content-type": file.contentType ?? "application/octet-stream",
    "content-length": file.bytes.length,
    // Anybody may have uploaded it: it is not to be taken for anything else.
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
  });
  response.end(request.method === "HEAD" ? undefined : file.bytes);
}

async function upload(
  files: Files,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await readBody(request, maxFileBytes);
  if (bytes === null) {
    return sendProblem(response, 413, { code: "FileTooLarge", message: "File too large" });
  }
  const contentType = request.headers["content-type"] ?? null;
  const storageId = await files.upload(token, { bytes, contentType });
  if (storageId === null) {
    return sendProblem(response, 401, { code: "Unauthorized", message: "Upload URL not valid" });
  }
  sendJson(response, 200, { storageId });
}

import type { ServerResponse } from "node:http";
import { Refusal } from "./refusal.ts";
import type { Stage } from "./stage.ts";
import type { ShelvedFile } from "./files.ts";

/** Sends a file: to the bot below its token, to a person's page by the file's own secret id. */
export function sendFile(stage: Stage, path: string[], response: ServerResponse): void {
  const [root, next = "", ...rest] = path;
  if (root === "file" && next !== `bot${stage.token}`) throw new Refusal(401, "Unauthorized");
  const file = root === "file" ? stage.shelf.byPath(rest.join("/")) : stage.shelf.get(next);
  if (!file?.bytes) throw new Refusal(404, "Not Found");
  response.writeHead(200, {
    "content-type": root === "file" ? "application/octet-stream" : file.mime,
    "content-length": file.size,
    // What the bot sends may be a page with scripts in it; it is shown, never run.
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
  });
  response.end(file.bytes);
}

/** Where a person's page finds a file. */
export function fileUrl(stage: Stage, file: ShelvedFile): string {
  return file.url ?? `${stage.url}/stage/${file.id}`;
}

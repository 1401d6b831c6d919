import type { ServerResponse } from "node:http";
import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";
import type { ShelvedFile } from "./files.ts";

/** Sends a file: to the bot below its token, to a person's page by the file's own secret id. */
export function sendFile(world: World, path: string[], response: ServerResponse): void {
  const [root, next = "", ...rest] = path;
  if (root === "file" && next !== `bot${world.token}`) throw new Refusal(401, "Unauthorized");
  const file = root === "file" ? world.shelf.byPath(rest.join("/")) : world.shelf.get(next);
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
export function fileUrl(world: World, file: ShelvedFile): string {
  return file.url ?? `${world.url}/files/${file.id}`;
}

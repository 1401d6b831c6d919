import { randomUUID } from "node:crypto";
import { basename, extname } from "node:path";
import type { Message } from "@grammyjs/types";
import type { ServerResponse } from "node:http";
import { urlFault } from "./entities.ts";
import { badRequest, Refusal } from "./params.ts";
import type { ChatState, Shelf, ShelvedFile, Upload, World } from "./world.ts";

const MAX_FILES = 300;
const MAX_BYTES = 64 * 1024 * 1024;

// Telegram goes by the ending of the name, whatever the upload calls itself.
const MIMES: Record<string, string> = {
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".html": "text/html",
  ".ics": "text/calendar",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".txt": "text/plain",
  ".webp": "image/webp",
  ".zip": "application/zip",
};

export function startShelf(): Shelf {
  const files = new Map<string, ShelvedFile>();
  const paths = new Map<string, string>();
  let total = 0;
  let count = 0;

  function makeRoom() {
    for (const [id, file] of files) {
      if (files.size <= MAX_FILES && total <= MAX_BYTES) return;
      files.delete(id);
      paths.delete(file.path);
      total -= file.bytes?.length ?? 0;
    }
  }

  return {
    put({ name, folder, bytes, url }) {
      const ending = extname(name).toLowerCase();
      const file: ShelvedFile = {
        id: `BQAC${randomUUID().replaceAll("-", "")}`,
        uniqueId: `AgAD${(++count).toString(36)}`,
        name,
        mime: MIMES[ending] ?? "application/octet-stream",
        size: bytes?.length ?? 0,
        path: `${folder}/file_${count}${ending}`,
        ...(bytes && { bytes }),
        ...(url !== undefined && { url }),
      };
      files.set(file.id, file);
      paths.set(file.path, file.id);
      total += file.size;
      makeRoom();
      return file;
    },
    get: (id) => files.get(id),
    byPath: (path) => files.get(paths.get(path) ?? ""),
  };
}

type Uploads = Map<string, Upload>;

/** The photo of a request, in a message's form. `field` names the parameter. */
export function photoParam(
  world: World,
  value: unknown,
  uploads: Uploads,
  field: string,
): Partial<Message> {
  const file = fileParam(world, value, uploads, field, "photos");
  const size = file.bytes ? imageSize(file.bytes) : { width: 1280, height: 720 };
  if (!size) return badRequest("IMAGE_PROCESS_FAILED");
  if (file.size > 10 * 1024 * 1024) return badRequest("file is too big for a photo");
  const { width, height } = size;
  if (width + height > 10_000 || Math.max(width, height) > 20 * Math.min(width, height)) {
    return badRequest("PHOTO_INVALID_DIMENSIONS");
  }
  const photo = { file_id: file.id, file_unique_id: file.uniqueId, width, height };
  return { photo: [{ ...photo, file_size: file.size }] };
}

/** Refuses a photo in a chat that takes none. */
export function mayTakePhotos(chat: ChatState): void {
  if (chat.takesNoPhotos) badRequest("not enough rights to send photos to the chat");
}

/** The document of a request, as a message shows it. */
export function documentParam(
  world: World,
  value: unknown,
  uploads: Uploads,
  field: string,
): Partial<Message> {
  const file = fileParam(world, value, uploads, field, "documents");
  return {
    document: {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_name: file.name,
      mime_type: file.mime,
      file_size: file.size,
    },
  };
}

/** A file comes as an upload, as the id of one that was sent before, or as an address. */
function fileParam(
  world: World,
  value: unknown,
  uploads: Uploads,
  field: string,
  folder: string,
): ShelvedFile {
  const given = typeof value === "string" ? value : undefined;
  const attached = given?.startsWith("attach://") ? given.slice("attach://".length) : undefined;
  const upload = uploads.get(attached ?? field);
  if (upload) {
    if (upload.bytes.length === 0) return badRequest("file must be non-empty");
    return world.shelf.put({ name: basename(upload.name), folder, bytes: upload.bytes });
  }
  if (!given) return badRequest(`there is no ${folder.slice(0, -1)} in the request`);
  const known = world.shelf.get(given);
  if (known) return known;
  if (!/^https?:\/\//i.test(given) || urlFault(given)) {
    return badRequest("wrong file identifier/HTTP URL specified");
  }
  return world.shelf.put({ name: basename(new URL(given).pathname), folder, url: given });
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** Width and height of a picture, or nothing where it is none that Telegram takes as a photo. */
function imageSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length >= 24 && data.subarray(0, 4).equals(PNG)) {
    return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  }
  if (data[0] === 0xff && data[1] === 0xd8) return jpegSize(data);
  const known = ["GIF8", "RIFF", "BM"].some((sign) => data.toString("latin1").startsWith(sign));
  return known ? { width: 1280, height: 720 } : undefined;
}

/** A JPEG says its size in its frame header, behind segments of any length. */
function jpegSize(data: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 <= data.length && data[at] === 0xff;) {
    const marker = data[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return undefined;
}

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

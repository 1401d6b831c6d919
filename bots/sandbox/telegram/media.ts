import type { Message } from "@grammyjs/types";
import { basename } from "node:path";
import type { ShelvedFile, Upload } from "./files.ts";
import { imageSize } from "./images.ts";
import { urlFault } from "./links.ts";
import { badRequest } from "./refusal.ts";
import type { World, ChatState } from "./world.ts";

type Uploads = Map<string, Upload>;

/** The photo of a request, as a message shows it. `field` is where it is looked for. */
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

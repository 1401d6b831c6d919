import type { APIAttachment, APIEmbed } from "discord-api-types/v10";
import type { NamedFile } from "./validation/message.ts";
import type { Upload } from "./wire/body.ts";
import type { FileStore, KeptFile, World } from "./world.ts";
import { KEEP } from "./limits.ts";

/** Keeps the uploaded files and describes them as the API does. */
export function keepUploads(
  world: World,
  channelId: string,
  uploads: Upload[],
  named: NamedFile[] = [],
): APIAttachment[] {
  return uploads.map((upload) => {
    const id = world.newId();
    const more = named.find((one) => one.id === upload.index);
    const name = (more?.filename ?? upload.name).replaceAll(/[^\w.-]/g, "_") || "file";
    const mime = mimeOf(name, upload.mime);
    world.files.add(id, { name, mime, bytes: upload.bytes });
    const url = `${world.base}/attachments/${channelId}/${id}/${name}`;
    const attachment: APIAttachment = {
      id,
      filename: name,
      size: upload.bytes.length,
      url,
      proxy_url: url,
      content_type: mime,
    };
    if (more?.description !== undefined) attachment.description = more.description;
    return attachment;
  });
}

/** Puts the files' addresses where an embed says attachment://name; says which files that were. */
export function resolvePictures(
  embeds: APIEmbed[],
  files: APIAttachment[],
): { embeds: APIEmbed[]; shown: Set<string> } {
  const shown = new Set<string>();
  const resolve = <P extends { url: string }>(picture: P): P => {
    const file = files.find((one) => picture.url === `attachment://${one.filename}`);
    const kept = files.find((one) => picture.url === one.url);
    if (file ?? kept) shown.add((file ?? kept)?.id ?? "");
    return file ? { ...picture, url: file.url } : picture;
  };
  const resolved = embeds.map((embed) => {
    const copy = { ...embed };
    if (copy.image) copy.image = resolve(copy.image);
    if (copy.thumbnail) copy.thumbnail = resolve(copy.thumbnail);
    return copy;
  });
  return { embeds: resolved, shown };
}

export function fileStore(): FileStore {
  const files = new Map<string, KeptFile>();
  let total = 0;
  const remove = (id: string) => {
    total -= files.get(id)?.bytes.length ?? 0;
    files.delete(id);
  };
  return {
    add(id, file) {
      files.set(id, file);
      total += file.bytes.length;
      for (const oldest of files.keys()) {
        if (files.size <= KEEP.files && total <= KEEP.fileBytes) break;
        remove(oldest);
      }
    },
    get: (id) => files.get(id),
    remove,
  };
}

const MIME: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  txt: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  ics: "text/calendar; charset=utf-8",
  pdf: "application/pdf",
};

/** What kind of file it is: by what the sender says, else by its name. */
function mimeOf(name: string, said: string): string {
  if (said !== "" && said !== "application/octet-stream") return said;
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return MIME[ending] ?? "application/octet-stream";
}

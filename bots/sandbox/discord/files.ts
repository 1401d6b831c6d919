import { KEEP } from "./limits.ts";

export type KeptFile = { name: string; mime: string; bytes: Uint8Array };

/** Uploaded files, oldest dropped first once there are too many or they are too large together. */
export type FileStore = {
  add(id: string, file: KeptFile): void;
  get(id: string): KeptFile | undefined;
  remove(id: string): void;
};

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
export function mimeOf(name: string, said: string): string {
  if (said !== "" && said !== "application/octet-stream") return said;
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return MIME[ending] ?? "application/octet-stream";
}

import { randomUUID } from "node:crypto";
import { extname } from "node:path";

export type Upload = { name: string; bytes: Buffer };

export type ShelvedFile = {
  id: string;
  uniqueId: string;
  name: string;
  mime: string;
  size: number;
  /** Path below `/file/bot<token>/`. */
  path: string;
  /** Absent where the bot gave an address: the emulator does not go out to fetch it. */
  bytes?: Uint8Array;
  url?: string;
};

/** Files the bot has sent, the newest ones. */
export type Shelf = {
  put(file: { name: string; folder: string; bytes?: Buffer; url?: string }): ShelvedFile;
  get(id: string): ShelvedFile | undefined;
  byPath(path: string): ShelvedFile | undefined;
};

const MOST_FILES = 300;
const MOST_BYTES = 64 * 1024 * 1024;

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
      if (files.size <= MOST_FILES && total <= MOST_BYTES) return;
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

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { StoredFile } from "../engine.ts";
import type { Catalog } from "./catalog.ts";
import type { Database } from "./database.ts";
import type { Documents } from "./documents.ts";
import { storage } from "./schema.ts";
import type { Transaction } from "./transactions.ts";
import type { Commits } from "./commits.ts";
import { parseDocument } from "./ids.ts";
import type { Frame } from "./runtime.ts";
import { type Arguments, type AsyncOperations, type JsOperations, writing } from "./operations.ts";

// Stored files: a document of `_storage` each, and their bytes beside it, in the same transaction.

type Files = ReturnType<typeof createFiles>;

const uploadMs = 60 * 60 * 1000;

export function createFiles(
  database: Database,
  catalog: Catalog,
  documents: Documents,
  now: () => number,
) {
  /** A file's document, if there is such a file. */
  function find(transaction: Transaction, id: string) {
    const table = catalog.findById(id);
    if (table?.name !== storage) return null;
    const stored = documents.read(transaction, table, id);
    if (stored === undefined) return null;
    const { sha256, size, contentType } = parseDocument(stored.json);
    return { table, stored, sha256, size, contentType: (contentType ?? null) as string | null };
  }

  const signed = (expires: string): Buffer =>
    createHmac("sha256", uploadSecret()).update(expires).digest();

  /** Kept in the database: an upload may begin before a restart and end after it. */
  function uploadSecret(): Uint8Array {
    const kept = database.get<{ value: Uint8Array }>(
      "SELECT value FROM secrets WHERE name = 'uploads'",
    );
    if (kept === undefined) throw new Error("The database has no secret for uploads");
    return kept.value;
  }
  database.run("INSERT OR IGNORE INTO secrets VALUES ('uploads', ?)", randomBytes(32));

  return {
    find,

    store(transaction: Transaction, { bytes, contentType }: StoredFile): string {
      const id = documents.insert(transaction, storage, {
        sha256: createHash("sha256").update(bytes).digest("hex"),
        size: bytes.length,
        ...(contentType && { contentType }),
      });
      database.run("INSERT INTO files VALUES (?, ?)", id, bytes);
      return id;
    },

    read(transaction: Transaction, id: string): StoredFile | null {
      const found = find(transaction, id);
      const kept = database.get<{ bytes: Uint8Array }>("SELECT bytes FROM files WHERE id = ?", id);
      if (found === null || kept === undefined) return null;
      return { bytes: kept.bytes, contentType: found.contentType };
    },

    remove(transaction: Transaction, id: string): void {
      const found = find(transaction, id);
      if (found === null) throw new Error(`There is no file with ID "${id}"`);
      documents.remove(transaction, found.table, found.stored, id);
      database.run("DELETE FROM files WHERE id = ?", id);
    },

    /** What lets its holder upload files, for an hour. */
    uploadToken(): string {
      const expires = String(now() + uploadMs);
      return `${expires}.${signed(expires).toString("base64url")}`;
    },

    mayUpload(token: string): boolean {
      const [expires = "", signature = ""] = token.split(".");
      const given = Buffer.from(signature, "base64url");
      const expected = signed(expires);
      return (
        given.length === expected.length &&
        timingSafeEqual(given, expected) &&
        Number(expires) > now()
      );
    },
  };
}

const address = (): string => process.env["CONVEX_CLOUD_URL"] ?? "";

/** What `ctx.storage` asks for; an action's operations are transactions of their own. */
export function storageOperations(
  files: Files,
  commits: Commits,
): { async: AsyncOperations; js: JsOperations } {
  const idOf = ({ storageId }: Arguments): string => String(storageId);

  const read = <T>(frame: Frame, work: (transaction: Transaction) => T): Promise<T> =>
    frame.transaction === undefined
      ? commits.read(async (transaction) => work(transaction))
      : Promise.resolve(work(frame.transaction));

  async function write<T>(
    frame: Frame,
    operation: string,
    work: (transaction: Transaction) => T,
  ): Promise<T> {
    if (frame.transaction !== undefined) return work(writing(frame, operation).transaction);
    return (await commits.write(async (transaction) => work(transaction))).value;
  }

  return {
    async: {
      "1.0/storageGetUrl": (frame, args) =>
        read(frame, (transaction) => {
          const id = idOf(args);
          const isThere = files.find(transaction, id) !== null;
          return JSON.stringify(isThere ? `${address()}/api/storage/${id}` : null);
        }),
      "1.0/storageGetMetadata": (frame, args) =>
        read(frame, (transaction) => {
          const found = files.find(transaction, idOf(args));
          if (found === null) return "null";
          const { sha256, size, contentType } = found;
          return JSON.stringify({ storageId: idOf(args), sha256, size, contentType });
        }),
      "1.0/storageGenerateUploadUrl": () =>
        JSON.stringify(`${address()}/api/storage/upload?token=${files.uploadToken()}`),
      "1.0/storageDelete": (frame, args) =>
        write(frame, "1.0/storageDelete", (transaction) => {
          files.remove(transaction, idOf(args));
          return "{}";
        }),
      // Files within a mutation or a query go as base64.
      "1.0/storageStore": (frame, { blob, contentType, sha256 }) => {
        const bytes = Buffer.from(String(blob), "base64");
        checkSum(bytes, sha256);
        return write(frame, "1.0/storageStore", (transaction) =>
          JSON.stringify(
            files.store(transaction, { bytes, contentType: (contentType as string) || null }),
          ),
        );
      },
      "1.0/storageGet": (frame, args) =>
        read(frame, (transaction) => {
          const file = files.read(transaction, idOf(args));
          if (file === null) return "null";
          const blob = Buffer.from(file.bytes).toString("base64");
          return JSON.stringify({ blob, contentType: file.contentType });
        }),
    },
    js: {
      "storage/storeBlob": async (frame, { blob, options }) => {
        const given = blob as Blob;
        const bytes = new Uint8Array(await given.arrayBuffer());
        checkSum(bytes, (options as { sha256?: string } | undefined)?.sha256);
        return await write(frame, "storage/storeBlob", (transaction) =>
          files.store(transaction, { bytes, contentType: given.type || null }),
        );
      },
      "storage/getBlob": (frame, args) =>
        read(frame, (transaction) => {
          const file = files.read(transaction, idOf(args));
          if (file === null) return null;
          return new Blob([Buffer.from(file.bytes)], { type: file.contentType ?? "" });
        }),
    },
  };
}

/** `expected` is in base16 or base64, as clients of Convex send it. */
function checkSum(bytes: Uint8Array, expected: unknown): void {
  if (typeof expected !== "string") return;
  const digest = createHash("sha256").update(bytes).digest();
  if (expected === digest.toString("hex") || expected === digest.toString("base64")) return;
  throw new Error("The file's sha256 is not the one that was promised");
}

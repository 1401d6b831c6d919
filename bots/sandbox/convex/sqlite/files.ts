import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { StoredFile } from "../engine.ts";
import type { Catalog } from "./catalog.ts";
import type { Database } from "./database.ts";
import type { Documents } from "./documents.ts";
import { storage } from "./schema.ts";
import type { Transaction } from "./transaction.ts";
import { parseDocument } from "./values.ts";

// Stored files: a document of `_storage` each, and their bytes beside it, in the same transaction.

export type Files = ReturnType<typeof createFiles>;

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

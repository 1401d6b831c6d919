import { createHash } from "node:crypto";
import type { Commits } from "./commits.ts";
import type { Files } from "./files.ts";
import type { Frame } from "./frames.ts";
import { writing, type Arguments, type AsyncOperations, type JsOperations } from "./operations.ts";
import type { Transaction } from "./transaction.ts";

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

import type { JSONValue } from "convex/values";
import type { Engine, Timestamp } from "../../engine.ts";
import { writeZip, type ZipEntry } from "./zip.ts";

type Page = { page: JSONValue[]; isDone: boolean; continueCursor: string };
type Export = { ts: Timestamp; zip: Buffer };

const pageSize = 500;
const maxTries = 5;

/** `convex export`: all documents as of one moment. Only the latest one is kept, in memory. */
export function createExports(engine: Engine) {
  let latest: Export | undefined;

  /** Reads pages until none was written between, so that they show one moment together. */
  async function run(withFiles: boolean): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const { ts: before } = await engine.queries([]);
      const files = await readAll(withFiles);
      const { ts } = await engine.queries([]);
      if (ts !== before) continue;
      latest = { ts, zip: writeZip(files) };
      return;
    }
    throw new Error("Writes did not pause for as long as an export takes");
  }

  async function readAll(withFiles: boolean): Promise<ZipEntry[]> {
    const tables = Object.keys(await engine.tables()).filter((table) => !table.startsWith("_"));
    const list = tables.map((name, index) => ({ id: index + 10_001, name }));
    const files = [lines("_tables/documents.jsonl", list)];
    for (const table of tables) {
      files.push(lines(`${table}/documents.jsonl`, await documents(table)));
    }
    return withFiles ? [...files, ...(await storedFiles())] : files;
  }

  async function storedFiles(): Promise<ZipEntry[]> {
    if (engine.files === undefined) {
      throw new Error(`The engine ${engine.version} hands out no stored files`);
    }
    const stored = await documents("_storage");
    const files = [lines("_storage/documents.jsonl", stored)];
    for (const file of stored) {
      const { _id } = file as { _id: string };
      const content = await engine.files.read(_id);
      if (content === null) throw new Error(`The stored file ${_id} is not there`);
      files.push({ path: `_storage/${_id}`, data: Buffer.from(content.bytes) });
    }
    return files;
  }

  async function documents(table: string): Promise<JSONValue[]> {
    const found: JSONValue[] = [];
    let cursor: string | null = null;
    for (;;) {
      const args: JSONValue = {
        table,
        order: "asc",
        paginationOpts: { cursor, numItems: pageSize },
      };
      const path = "_system/cli/tableData:default";
      const outcome = await engine.query({ path, args, auth: { kind: "none" } });
      if (!outcome.ok) throw new Error(outcome.failure.message);
      const { page, isDone, continueCursor } = outcome.value as Page;
      found.push(...page);
      if (isDone) return found;
      cursor = continueCursor;
    }
  }

  return {
    run,
    /** As `_system/cli/exports:getLatest` answers: times are int64. */
    state: (): JSONValue =>
      latest === undefined
        ? null
        : {
            state: "completed",
            start_ts: int64(latest.ts),
            complete_ts: int64(latest.ts),
            zip_object_key: "latest",
          },
    zip: (ts: string): Buffer | undefined =>
      latest !== undefined && String(latest.ts) === ts ? latest.zip : undefined,
  };
}

const lines = (path: string, documents: readonly JSONValue[]): ZipEntry => ({
  path,
  data: Buffer.from(documents.map((document) => `${JSON.stringify(document)}\n`).join("")),
});

function int64(value: bigint): JSONValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return { $integer: bytes.toString("base64") };
}

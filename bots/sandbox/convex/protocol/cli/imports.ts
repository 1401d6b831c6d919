import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { JSONValue } from "convex/values";
import type { Engine } from "../../engine.ts";
import { readZip } from "./zip.ts";

const request = z.object({
  uploadToken: z.string(),
  import: z.object({
    tableName: z.string().optional(),
    componentPath: z.string().optional(),
    mode: z.enum(["requireEmpty", "append", "replace", "replaceAll"]),
    format: z.string(),
  }),
});
type Mode = z.infer<typeof request>["import"]["mode"];

/** As `_system/cli/queryImport` shows it; the only other state is over before anybody looks. */
type State =
  | {
      state: "waiting_for_confirmation";
      message_to_confirm: string;
      require_manual_confirmation: boolean;
    }
  | { state: "completed"; num_rows_written: JSONValue }
  | { state: "failed"; error_message: string };

type Import = { mode: Mode; tables: Documents[]; state: State };

/** Well within what one transaction may write. */
const batchSize = 1_000;

/** `convex import`: a file comes in parts, is read whole, and is written when confirmed. */
export function createImports(engine: Engine) {
  const uploads = new Map<string, Map<number, Buffer>>();
  const imports = new Map<string, Import>();

  const found = (importId: string): Import => {
    const known = imports.get(importId);
    if (known === undefined) throw new Error("There is no such import");
    return known;
  };

  /** What a file says it is, read; the answer is the import's id. */
  async function finish(body: JSONValue): Promise<string> {
    const { uploadToken, import: wanted } = request.parse(body);
    const parts = [...(uploads.get(uploadToken) ?? [])].sort(([a], [b]) => a - b);
    uploads.delete(uploadToken);
    const id = randomUUID();
    imports.set(id, await read(Buffer.concat(parts.map(([, part]) => part)), wanted));
    return id;
  }

  async function read(data: Buffer, wanted: z.infer<typeof request>["import"]): Promise<Import> {
    const { mode } = wanted;
    try {
      if (wanted.componentPath) throw new Error("The embedded host has no data of components");
      const tables = readImport(data, wanted);
      const existing = await filled(tables.map(({ table }) => table));
      if (mode === "requireEmpty" && existing.length > 0) {
        throw new Error(
          `Table "${existing[0]}" already exists. Please choose a new table name, use ` +
            "`replace` or `append`, or clear it.",
        );
      }
      const lines = tables.map(({ table, documents }) => `${table}: ${documents.length} documents`);
      const message_to_confirm = `Import (${mode})\n${lines.join("\n")}`;
      // Only what takes documents away is asked about.
      const require_manual_confirmation = mode === "replace" || mode === "replaceAll";
      return {
        mode,
        tables,
        state: {
          state: "waiting_for_confirmation",
          message_to_confirm,
          require_manual_confirmation,
        },
      };
    } catch (error) {
      return { mode, tables: [], state: failed(error) };
    }
  }

  async function filled(tables: readonly string[]): Promise<string[]> {
    const counts = await engine.tables();
    return tables.filter((table) => (counts[table] ?? 0) > 0);
  }

  async function perform(importId: string): Promise<void> {
    const wanted = found(importId);
    if (wanted.state.state !== "waiting_for_confirmation") throw new Error("Not to be confirmed");
    try {
      await write(engine, wanted);
      const count = wanted.tables.reduce((sum, { documents }) => sum + documents.length, 0);
      wanted.state = { state: "completed", num_rows_written: int64(count) };
    } catch (error) {
      wanted.state = failed(error);
    }
    wanted.tables = [];
  }

  return {
    start(): string {
      const token = randomUUID();
      uploads.set(token, new Map());
      return token;
    },
    addPart(token: string, part: number, data: Buffer): string {
      const upload = uploads.get(token);
      if (upload === undefined) throw new Error("There is no such upload");
      upload.set(part, data);
      return String(part);
    },
    finish,
    perform,
    state: (importId: string): JSONValue => ({ state: found(importId).state }),
    list: (): JSONValue => [...imports.values()].map(({ state }) => ({ state })),
  };
}

async function write(engine: Engine, { mode, tables }: Import): Promise<void> {
  const emptied =
    mode === "replaceAll"
      ? Object.keys(await engine.tables())
      : mode === "replace"
        ? tables.map(({ table }) => table)
        : [];
  if (engine.restore !== undefined) {
    const documents = new Map(tables.map(({ table, documents }) => [table, documents]));
    const all = new Set([...documents.keys(), ...emptied]);
    return await engine.restore(
      [...all].map((table) => ({
        table,
        documents: documents.get(table) ?? [],
        replace: emptied.includes(table),
      })),
    );
  }
  if (tables.some(({ documents }) => documents.some((document) => "_id" in document))) {
    throw new Error(`Documents keep their ids, which the engine ${engine.version} cannot`);
  }
  for (const table of emptied) {
    while (!(await run(engine, "clear", { table, most: batchSize })));
  }
  for (const { table, documents } of tables) {
    for (let first = 0; first < documents.length; first += batchSize) {
      const batch = documents.slice(first, first + batchSize);
      await run(engine, "default", { table, documents: batch });
    }
  }
}

async function run(engine: Engine, name: string, args: JSONValue): Promise<JSONValue> {
  const path = `_system/cli/importDocuments:${name}`;
  const outcome = await engine.mutation({ path, args, auth: { kind: "none" } });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

const failed = (error: unknown): State => ({
  state: "failed",
  error_message: error instanceof Error ? error.message : String(error),
});

function int64(value: number): JSONValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return { $integer: bytes.toString("base64") };
}

type Documents = { table: string; documents: Record<string, JSONValue>[] };

const document = z.record(z.string(), z.json());

/** The documents of an uploaded file, by table; throws on what cannot be imported here. */
export function readImport(
  data: Buffer,
  { format, tableName }: { format: string; tableName?: string | undefined },
): Documents[] {
  if (format === "zip") return readSnapshot(data);
  const table = tableName ?? "";
  const text = data.toString("utf8");
  if (format === "jsonLines") return [{ table, documents: readLines(text) }];
  if (format === "jsonArray") {
    return [{ table, documents: checked(z.array(document).parse(JSON.parse(text))) }];
  }
  throw new Error(`The embedded host does not import ${format}: use JSON lines or a JSON array`);
}

function readSnapshot(data: Buffer): Documents[] {
  const found: Documents[] = [];
  for (const { path, data: content } of readZip(data)) {
    const [, table] = /^([^/]+)\/documents\.jsonl$/.exec(path) ?? [];
    if (table === undefined || table === "_tables") continue;
    const documents = readLines(content.toString("utf8"));
    if (table.startsWith("_") && documents.length > 0) {
      throw new Error(`The embedded host does not import ${table}`);
    }
    if (!table.startsWith("_")) found.push({ table, documents });
  }
  return found;
}

const readLines = (text: string): Record<string, JSONValue>[] =>
  checked(
    text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => document.parse(JSON.parse(line))),
  );

const checked = (documents: Record<string, unknown>[]): Record<string, JSONValue>[] =>
  documents as Record<string, JSONValue>[];

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import type { Auth } from "../../../bots/sandbox/convex/engine.ts";
import type { Doc, TableNames } from "../../../convex/_generated/dataModel.js";
import { botTokens } from "../../../shared/identity.ts";
import type { Answered, Asked } from "./hostProcess.ts";

// A Plaza with very many people and one line, in a process that can be killed and started again on
// its file. Its clock is moved from here.

const program = fileURLToPath(new URL("hostProcess.ts", import.meta.url));

export class Killed extends Error {
  override name = "Killed";
}

type Wanted = { path: string; args: Record<string, Value>; as?: string };
type Result = { value: unknown; read: number; written: number };
type Waiting = { resolve: (answered: Answered) => void; reject: (error: Error) => void };

export async function startLineHost(begin: number) {
  const directory = mkdtempSync(join(tmpdir(), "plaza-line-"));
  let now = begin;
  let lastId = 0;
  let child: ChildProcess | undefined;
  const waiting = new Map<number, Waiting>();

  const start = async () => {
    const started = fork(program, {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: {
        PATH: process.env["PATH"],
        LINE_FILE: join(directory, "line.sqlite"),
        LINE_NOW: String(now),
      },
    });
    if (!started.stdout) throw new Error("the host has no output");
    started.on("message", (answered: Answered) => {
      waiting.get(answered.id)?.resolve(answered);
      waiting.delete(answered.id);
    });
    await once(started.stdout, "data");
    child = started;
  };
  const kill = async () => {
    const dying = child;
    child = undefined;
    if (!dying) return;
    const gone = once(dying, "exit");
    dying.kill("SIGKILL");
    await gone;
    for (const { reject } of waiting.values()) reject(new Killed());
    waiting.clear();
  };
  type Question = Asked extends infer A ? (A extends Asked ? Omit<A, "id" | "now"> : never) : never;
  const ask = async (question: Question): Promise<Result> => {
    const id = ++lastId;
    const answered = await new Promise<Answered>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // One that is dead answers nothing; `kill` says so.
      child?.send({ ...question, id, now }, () => undefined);
    });
    if (!answered.ok) throw Object.assign(new Error(answered.message), { data: answered.data });
    return { value: jsonToConvex(answered.value), read: answered.read, written: answered.written };
  };
  const run = async (kind: "query" | "mutation", { path, args, as }: Wanted) =>
    await ask({ do: "run", kind, path, args: convexToJson(args), auth: authOf(as) });

  await start();
  return {
    now: () => now,
    mutation: async (wanted: Wanted) => await run("mutation", wanted),
    query: async (wanted: Wanted) => await run("query", wanted),
    /** The clock goes on; what is due meanwhile runs, soon. */
    pass: async (ms: number) => {
      now += ms;
      await ask({ do: "clock" });
    },
    /** SIGKILL, and another process on the same file; what was under way is rejected as `Killed`. */
    async kill() {
      await kill();
      await start();
    },
    /** All rows of a table, the oldest first. */
    async rows<T extends TableNames>(table: T): Promise<Doc<T>[]> {
      const all: Doc<T>[] = [];
      let cursor: string | null = null;
      for (;;) {
        const args: Record<string, Value> = { table, paginationOpts: { numItems: 4000, cursor } };
        const { value } = await run("query", { path: "_system/cli/tableData:default", args });
        const page = value as { page: Doc<T>[]; isDone: boolean; continueCursor: string };
        all.push(...page.page);
        if (page.isDone) return all;
        cursor = page.continueCursor;
      }
    },
    async insert(table: string, documents: Record<string, Value>[]) {
      const path = "_system/cli/importDocuments:default";
      for (let from = 0; from < documents.length; from += 500)
        await run("mutation", {
          path,
          args: { table, documents: documents.slice(from, from + 500) },
        });
    },
    async close() {
      await kill();
      rmSync(directory, { recursive: true });
    },
  };
}

export type LineHost = Awaited<ReturnType<typeof startLineHost>>;

function authOf(subject: string | undefined): Auth {
  if (subject === undefined) return { kind: "none" };
  const { issuer } = botTokens;
  const tokenIdentifier = `${issuer}|${subject}`;
  return { kind: "user", identity: { issuer, subject, tokenIdentifier } };
}

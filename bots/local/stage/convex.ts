import { startProcess, type Started } from "./process.ts";
import type { Keys } from "./keys.ts";
import { adminChatIds } from "./cast.ts";

const quickReads = new URL("../convex/quick-reads.ts", import.meta.url).href;

/** To try the stage on the engine that can keep its data. */
const isSqlite = process.env["PLAZA_ENGINE"] === "sqlite";

export type LocalConvex = {
  url: string;
  siteUrl: string;
  process: Started;
  state(): Promise<{ tables: Record<string, number>; crons: { name: string }[]; version: string }>;
  runCron(name: string): Promise<void>;
  /** Runs any function, internal ones too, as `npx convex run` would. */
  run(kind: "query" | "mutation" | "action", path: string, args: object): Promise<unknown>;
};

/**
 * Starts the Convex host with Plaza's functions in a process of its own. `outside` are the variables
 * that lead to the stand-ins.
 */
export async function startConvex(
  keys: Keys,
  outside: Record<string, string>,
  clockOffset: number,
): Promise<LocalConvex> {
  const started = startProcess(
    new URL("../convex/main.ts", import.meta.url),
    {
      CONVEX_HOST_FUNCTIONS: new URL("../../../convex", import.meta.url).pathname,
      CONVEX_HOST_ADMIN_KEY: keys.adminKey,
      ADMIN_CHAT_IDS: adminChatIds,
      ...outside,
      PLAZA_BOT_JWKS: keys.PLAZA_BOT_JWKS,
      PLAZA_ENCRYPTION_KEY: keys.PLAZA_ENCRYPTION_KEY,
      PLAZA_CLOCK_OFFSET: String(clockOffset),
      ...(isSqlite && { CONVEX_HOST_DATA: ":memory:" }),
    },
    { isLoud: false, flags: isSqlite ? [] : ["--import", quickReads] },
  );
  const { url, siteUrl } = JSON.parse(await started.firstLine) as { url: string; siteUrl: string };
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method: body ? "POST" : "GET",
      headers: { Authorization: `Convex ${keys.adminKey}`, "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  return {
    url,
    siteUrl,
    process: started,
    state: async () => (await ask("/api/local/state")) as Awaited<ReturnType<LocalConvex["state"]>>,
    runCron: async (name) => void (await ask("/api/local/cron", { name })),
    async run(kind, path, args) {
      const said = await ask(`/api/${kind}`, { path, format: "convex_encoded_json", args: [args] });
      return (said as { value: unknown }).value;
    },
  };
}

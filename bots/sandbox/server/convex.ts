import { type Started, startProcess } from "./process.ts";
import type { Keys } from "./data.ts";
import { adminChatIds } from "./fixtureUsers.ts";

export type LocalConvex = {
  url: string;
  siteUrl: string;
  /** The one that runs now. */
  readonly process: Started;
  state(): Promise<{ tables: Record<string, number>; crons: { name: string }[]; version: string }>;
  runCron(name: string): Promise<void>;
  /** Runs any function, internal ones too, as `npx convex run` would. */
  run(kind: "query" | "mutation" | "action", path: string, args: object): Promise<unknown>;
  /** SIGKILL, and a new process on the same file and addresses. */
  kill(): Promise<void>;
};

export type ConvexOptions = {
  keys: Keys;
  /** The variables that lead to the emulators. */
  outside: Record<string, string>;
  /** Where everything is kept. */
  file: string;
  clockOffset: () => number;
};

type Listening = { url: string; siteUrl: string };

/** Starts the Convex host with Plaza's functions in a child process. */
export async function startConvex(options: ConvexOptions): Promise<LocalConvex> {
  const { keys } = options;
  let current = startHost(options);
  const { url, siteUrl } = JSON.parse(await current.firstLine) as Listening;
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
    get process() {
      return current;
    },
    state: async () => (await ask("/api/local/state")) as Awaited<ReturnType<LocalConvex["state"]>>,
    runCron: async (name) => void (await ask("/api/local/cron", { name })),
    async run(kind, path, args) {
      const said = await ask(`/api/${kind}`, { path, format: "convex_encoded_json", args: [args] });
      return (said as { value: unknown }).value;
    },
    async kill() {
      await current.kill();
      current = startHost(options, { url, siteUrl });
      await current.firstLine;
    },
  };
}

function startHost({ keys, outside, file, clockOffset }: ConvexOptions, at?: Listening): Started {
  return startProcess(
    new URL("../convex/main.ts", import.meta.url),
    {
      CONVEX_HOST_FUNCTIONS: new URL("../../../convex", import.meta.url).pathname,
      CONVEX_HOST_ADMIN_KEY: keys.adminKey,
      CONVEX_HOST_DATA: file,
      ...(at && {
        CONVEX_HOST_PORT: new URL(at.url).port,
        CONVEX_HOST_SITE_PORT: new URL(at.siteUrl).port,
      }),
      ADMIN_CHAT_IDS: adminChatIds,
      ...outside,
      PLAZA_BOT_JWKS: keys.PLAZA_BOT_JWKS,
      PLAZA_ENCRYPTION_KEY: keys.PLAZA_ENCRYPTION_KEY,
      PLAZA_CLOCK_OFFSET: String(clockOffset()),
    },
    { isLoud: false },
  );
}

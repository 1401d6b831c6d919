import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type AddressInfo, createServer } from "node:net";

const clock = fileURLToPath(new URL("../shiftedClock.ts", import.meta.url));

/**
 * Compiled programs from earlier starts, their types removed: a third of what a start costs. In a
 * folder of this user's alone, because Node runs what it finds there.
 */
export const compileCache = fileURLToPath(
  new URL("../../../node_modules/.cache/plaza", import.meta.url),
);

export type Started = {
  child: ChildProcess;
  /** Resolves with the first line that the process prints. */
  firstLine: Promise<string>;
  /** Ends it as Ctrl-C would, and waits. */
  stop(): Promise<void>;
  /** SIGKILL: it gets no chance to tidy up. */
  kill(): Promise<void>;
};

/**
 * Starts a program in a child process, with a clock that can be moved. The first line of
 * its output is `firstLine`, later ones are shown where `isLoud`; its errors are always shown.
 * `flags` are Node's.
 */
export function startProcess(
  program: URL,
  environment: Record<string, string>,
  { isLoud, flags = [] }: { isLoud: boolean; flags?: string[] },
): Started {
  const child = fork(fileURLToPath(program), [], {
    env: { ...inherited(), NODE_COMPILE_CACHE: compileCache, ...environment },
    execArgv: [...flags, "--disable-warning=ExperimentalWarning", "--import", clock],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  return {
    child,
    // Later output is drained, and shown where logs are wanted.
    firstLine: firstLineOf(child, (chunk) => {
      if (isLoud) process.stderr.write(chunk);
    }),
    stop: async () => await end("SIGTERM"),
    kill: async () => await end("SIGKILL"),
  };
}

/** Only what a program needs to run: real tokens of this machine's user stay out of the sandbox. */
function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TZ", "LANG", "NODE_EXTRA_CA_CERTS", "SystemRoot"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function firstLineOf(child: ChildProcess, onMore: (chunk: Buffer) => void): Promise<string> {
  return await new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      if (text.includes("\n")) return onMore(chunk);
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.split("\n")[0] ?? "");
    });
    child.once("exit", (code) => reject(new Error(`a program of the sandbox ended (${code})`)));
  });
}

/** A port of this machine that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

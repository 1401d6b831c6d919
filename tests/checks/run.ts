import { spawn } from "node:child_process";

export type Check = { name: string; command: [string, ...string[]] };

/** Runs one check; shows what it printed where it fails, and how long it took. True: it passed. */
export async function run({ name, command: [program, ...given] }: Check): Promise<boolean> {
  const started = performance.now();
  const isShown = name === "tests";
  const child = spawn(program, given, {
    stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
  });
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (code !== 0) console.log(printed);
  return code === 0;
}

import { fileURLToPath } from "node:url";
import { isInUse } from "./server/data.ts";
import { type SandboxServer, serveSandbox } from "./server/server.ts";
import { startSandbox, type Sandbox } from "./server/sandbox.ts";

// `npm start`: everything on this machine, for one person to play with.

// What this process and Convex's host write is for this user alone: keys, and what people said.
process.umask(0o077);

const wantedPort = Number(process.env["PLAZA_PORT"] ?? 4545);

/** `.plaza` beside the code; "none" keeps nothing. */
function dataFolder(): string | undefined {
  const wanted = process.env["PLAZA_DATA"];
  if (wanted === "none") return undefined;
  const folder = wanted || fileURLToPath(new URL("../../.plaza", import.meta.url));
  if (!isInUse(folder)) return folder;
  console.log(`Another Plaza is running on ${folder}: this one keeps nothing.`);
  return undefined;
}

let sandbox: Sandbox | undefined;
let server: SandboxServer | undefined;
let isStopping = false;

async function stop() {
  if (isStopping) return;
  isStopping = true;
  await server?.close();
  await sandbox?.close();
  process.exit(0);
}
process.on("SIGINT", () => void stop());
process.on("SIGTERM", () => void stop());

sandbox = await startSandbox({
  lumaDirectory: process.env["PLAZA_LUMA_DIR"],
  isLoud: process.env["PLAZA_LOGS"] === "1",
  data: dataFolder(),
});
const running = sandbox;
server = await serveSandbox(running, wantedPort).catch(async () => await serveSandbox(running, 0));
console.log(`Plaza is at ${server.url} (Ctrl-C stops it)`);

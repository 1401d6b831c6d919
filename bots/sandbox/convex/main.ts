import { readConfig } from "./config.ts";
import { startConvexHost } from "./index.ts";

// The host as a process. It says where it listens in one line of JSON, and ends with a signal or
// with the process that started it.

const config = readConfig(process.env);
// Not the functions' business: they see the same environment.
delete process.env["CONVEX_HOST_ADMIN_KEY"];

const { dataFile } = config;
const host = await startConvexHost({
  ...config,
  ...(dataFile !== undefined && { environmentFile: `${dataFile}.environment.json` }),
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await host.close();
  // Functions scheduled for later keep timers that nothing else ends.
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
process.on("disconnect", () => void stop());

process.stdout.write(`${JSON.stringify({ url: host.url, siteUrl: host.siteUrl })}\n`);

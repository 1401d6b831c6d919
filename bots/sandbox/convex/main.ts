import { readConfig } from "./config.ts";
import { startConvexHost } from "./index.ts";

// The host as a process. It says where it listens in one line of JSON, and ends with a signal or
// with the process that started it.

let stop = (): void => process.exit(0);
process.on("SIGTERM", () => stop());
process.on("SIGINT", () => stop());
process.on("disconnect", () => stop());

const { dataFile, ...config } = readConfig(process.env);
// Not the functions' business: they see the same environment.
delete process.env["CONVEX_HOST_ADMIN_KEY"];

const host = await startConvexHost({
  ...config,
  ...(dataFile !== undefined && {
    dataFile,
    environmentFile: `${dataFile}.environment.json`,
  }),
  // Clients may connect already: their requests wait until the functions are there.
  onListening: (addresses) => process.stdout.write(`${JSON.stringify(addresses)}\n`),
});

let isStopping = false;
stop = () => {
  if (isStopping) return;
  isStopping = true;
  // Functions scheduled for later keep timers that nothing else ends.
  void host.close().then(() => process.exit(0));
};

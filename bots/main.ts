import { realClock } from "./clock.ts";
import { readEnvironment } from "./environment.ts";
import { createLog, errorKind } from "./log.ts";
import { runBots } from "./run.ts";

// `npm run bots`: the bots against the platforms and the Convex deployment that the environment names.

const read = readEnvironment(process.env);
if (!read.ok) {
  for (const problem of read.problems) console.error(problem);
  process.exit(1);
}
const log = createLog(read.environment.LOG_LEVEL);
const stop = new AbortController();
/** What is away, a platform or Convex, does not keep the process: supervisors kill after ten seconds. */
const stopWithinMs = 4_500;
stop.signal.addEventListener("abort", () => {
  setTimeout(() => {
    log.warn("stopped before everything under way was finished");
    process.exit(0);
  }, stopWithinMs);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
// The sandbox that started this process is gone, so no signal would stop it.
process.once("disconnect", () => stop.abort());

try {
  await runBots(read.environment, { clock: realClock, log, signal: stop.signal });
  log.info("stopped");
  process.exit(0);
} catch (error) {
  log.fatal(errorKind(error), "the bots could not run");
  process.exit(1);
}

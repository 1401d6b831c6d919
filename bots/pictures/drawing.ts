import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Picture } from "../../shared/messages/message.ts";
import type { Locale } from "../../shared/texts/index.ts";

// Pictures are drawn in a process beside the bots', one after another: people are answered meanwhile.
// The library that draws holds megabytes for each picture until somebody cleans up, and a map needs
// the whole world; all that goes with the process.

export type Task = { picture: Picture; locale: Locale };

/** After so many pictures a new process takes over. */
const maxDrawn = 24;
/** A process that has nothing to draw goes. */
const idleMs = 20_000;
/**
 * A drawing that takes longer has hung. The first one starts the process and loads the world, which
 * takes seconds on a small and busy machine.
 */
const maxMs = 60_000;

let drawer: ChildProcess | undefined;
let drawn = 0;
let idle: NodeJS.Timeout | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Draws a picture as PNG. */
export async function drawBeside(task: Task): Promise<Buffer> {
  const before = last;
  const mine = before.then(async () => await drawNext(task));
  // The next drawing does not depend on this one.
  last = mine.catch(() => undefined);
  return await mine;
}

async function drawNext(task: Task): Promise<Buffer> {
  clearTimeout(idle);
  drawer ??= start();
  hold(drawer);
  try {
    const png = await ask(drawer, task);
    letGo(drawer);
    if (++drawn >= maxDrawn) stop();
    else idle = setTimeout(stop, idleMs).unref();
    return png;
  } catch (error) {
    stop();
    throw error;
  }
}

async function ask(child: ChildProcess, task: Task): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => done(new Error("drawing took too long")), maxMs);
    const died = () => done(new Error("the process that draws has died"));
    const done = (answer: Uint8Array | Error) => {
      clearTimeout(tooLong);
      child.off("message", done).off("exit", died).off("error", died);
      if (answer instanceof Error) reject(answer);
      else resolve(Buffer.from(answer));
    };
    child.on("message", done).on("exit", died).on("error", died);
    child.send(task);
  });
}

function start(): ChildProcess {
  drawn = 0;
  return fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), {
    serialization: "advanced",
    // It needs none of the bots' settings, and no secret; what it dies of is no secret either.
    env: {},
    execArgv: ["--max-old-space-size=96", "--max-semi-space-size=2"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** While it draws it keeps the bots' process alive, and while it is idle it does not. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function stop(): void {
  // What it still has to say is of no use to anybody.
  drawer?.on("error", () => undefined);
  drawer?.kill("SIGKILL");
  drawer = undefined;
}

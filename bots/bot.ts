import type { Answering } from "./answer.ts";
import type { Clock } from "./clock.ts";
import type { BackendClient } from "./convex/index.ts";
import type { Log } from "./log.ts";

/** What every platform's bot is given. */
export type BotParts = {
  answering: Answering;
  backend: BackendClient;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
};

/** A platform's bot at work. */
export type RunningBot = {
  /** Connected to its platform, and able to answer. */
  isReady(): boolean;
  /** Resolves when everything it had begun is done. */
  stopped: Promise<void>;
};

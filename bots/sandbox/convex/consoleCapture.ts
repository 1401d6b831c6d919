import { inspect } from "node:util";

const levels = { debug: "DEBUG", log: "LOG", info: "INFO", warn: "WARN", error: "ERROR" } as const;

/** Where a call's log lines go; closed once the call has been answered. */
type Log = { logLines: string[]; open: boolean };

let capturing: (() => Log | undefined)[] = [];
const captured = new WeakSet<Console>();

/**
 * Sends what functions print to their call's log lines, in the form Convex clients expect, or to
 * stderr where no caller waits for them. What anything else prints goes where it always did.
 */
export function captureConsole(
  currentLog: () => Log | undefined,
  target: Console = globalThis.console,
): void {
  if (!capturing.includes(currentLog)) capturing = [...capturing, currentLog];
  if (captured.has(target)) return;
  captured.add(target);
  for (const [method, level] of Object.entries(levels)) {
    const name = method as keyof typeof levels;
    const print = target[name].bind(target);
    target[name] = (...values: unknown[]) => {
      const call = capturing.map((current) => current()).find((log) => log !== undefined);
      if (call === undefined) return print(...values);
      const line = `[${level}] ${values.map(show).join(" ")}`;
      if (call.open) call.logLines.push(line);
      else process.stderr.write(`${line}\n`);
    };
  }
}

const show = (value: unknown): string => inspect(value, { depth: 4, breakLength: Infinity });

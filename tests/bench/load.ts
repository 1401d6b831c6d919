import type { ActAnswer } from "../../bots/sandbox/contract.ts";

/** Milliseconds from asking to the whole answer, and answers a second of all users together. */
export type Load = { median: number; p95: number; perSecond: number };

/** `users` people who each ask, wait for the answer and ask again; `requests` in all. */
export async function closedLoop(
  users: number,
  requests: number,
  ask: (user: number) => Promise<ActAnswer>,
): Promise<Load> {
  const times: number[] = [];
  let left = requests;
  const began = performance.now();
  const loops = Array.from({ length: users }, async (_, user) => {
    while (left-- > 0) {
      const asked = performance.now();
      const answer = await ask(user);
      times.push(performance.now() - asked);
      if (!answer.ok || answer.silent) throw new Error(`no answer: ${JSON.stringify(answer)}`);
    }
  });
  await Promise.all(loops);
  const perSecond = (requests / (performance.now() - began)) * 1000;
  return { median: quantile(times, 0.5), p95: quantile(times, 0.95), perSecond };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle of several runs, each figure for itself: a busy moment of the machine drops out. */
export function middle(runs: readonly Load[]): Load {
  const of = (key: keyof Load) =>
    quantile(
      runs.map((run) => run[key]),
      0.5,
    );
  return { median: of("median"), p95: of("p95"), perSecond: of("perSecond") };
}

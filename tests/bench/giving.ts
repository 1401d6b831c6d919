import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the distribution of a week costs, with so many subscriptions. */
export type Giving = {
  subscriptions: number;
  charities: number;
  /** Until the money is distributed. */
  transactions: number;
  /** Documents over all of them, for each subscription. */
  "read for each": number;
  "written for each": number;
  /** Documents for each giver who is then reported to. */
  "report: read": number;
  "report: written": number;
  /** In the largest single transaction. */
  "most read": number;
  "most written": number;
  "most MiB": number;
  rows: number;
};

/** Each size in a process of its own, where convex-test reads by what an index asks for. */
export function giving(sizes: readonly number[]): Giving[] {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  return sizes.map((size) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        "--max-old-space-size=8192",
        "--import",
        file("../support/convexTestEngine/quickReads.ts"),
        file("givingWeek.ts"),
        String(size),
      ],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Giving;
  });
}

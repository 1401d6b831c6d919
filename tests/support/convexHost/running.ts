import { afterAll, beforeAll } from "vitest";
import type { ConvexHostOptions } from "../../../bots/sandbox/convex/index.ts";
import { startTestHost, type TestHost } from "./host.ts";

/** One host for all tests of the file that imports it. */
export let host: TestHost;
let options: Partial<ConvexHostOptions> = {};

/** Another host than the usual one. */
export function runOn(others: Partial<ConvexHostOptions>): void {
  options = others;
}

beforeAll(async () => {
  host = await startTestHost(options);
});
afterAll(async () => {
  await host.close();
});

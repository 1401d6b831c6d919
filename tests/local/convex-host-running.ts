import { afterAll, beforeAll } from "vitest";
import { startTestHost, type TestHost } from "./convex-host-fixture.ts";

/** One host for all tests of the file that imports it. */
export let host: TestHost;

beforeAll(async () => {
  host = await startTestHost();
});
afterAll(async () => {
  await host.close();
});

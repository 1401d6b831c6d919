import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { heapFlags } from "../../bots/environment.ts";

test("every way to start the bots holds them to the same memory", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(scripts["bots"]).toBe(`node ${heapFlags.join(" ")} bots/main.ts`);
  const quoted = ["node", ...heapFlags, "bots/main.ts"].map((word) => JSON.stringify(word));
  expect(readFileSync("Dockerfile", "utf8")).toContain(`CMD [${quoted.join(", ")}]`);
});

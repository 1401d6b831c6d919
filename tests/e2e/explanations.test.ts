import { expect, test } from "vitest";
import { acting } from "../support/sandbox/acts.ts";
import { until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// Two weeks of one giver: in the first the model alters a figure, in the second it does not.

const plaza = useSandbox();
const { say, told } = acting(plaza);

const control = async (action: Record<string, unknown>) => {
  expect(await plaza.control(action)).toMatchObject({ ok: true });
};

/** Lets the week end and runs its distribution; then what Ana is told of it. */
async function reportOf(weeks: number): Promise<string> {
  await control({ do: "clock", advance: "7d" });
  await control({ do: "run", cron: "weekly-distribution" });
  const reports = await until(async () => {
    const found = await told("telegram", "ana", "Tu donación en la semana");
    return found.length === weeks && found;
  });
  return wordsOf(reports.at(-1)).replaceAll("\u00a0", " ");
}

const ours = "Su urgencia era de 76,3 sobre 100, con 3.200 US$ aún";

test("a text with one altered figure is told to nobody: the template stands in", async () => {
  await control({ do: "openai", mode: "wrong" });
  await say("ana", "/give 10");
  await control({ do: "stripe", pay: "ana" });
  const report = await reportOf(1);
  expect(plaza.sandbox.openai.calls()).toBe(3);
  expect(report).toContain("Mesa Larga");
  expect(report).toContain(ours);
  expect(report).not.toContain("recibió");
});

test("a text with the figures of the books is told as it was written", async () => {
  await control({ do: "openai", mode: "answers" });
  await control({ do: "stripe", renew: true });
  const report = await reportOf(2);
  expect(plaza.sandbox.openai.calls()).toBe(6);
  expect(report).toMatch(
    /Mesa Larga recibió \d+,\d\d US\$\. Su necesidad tiene una urgencia de \d+(?:,\d)? sobre 100/,
  );
  expect(report).not.toContain("Su urgencia era");
});

import { onTestFinished } from "vitest";
import { startOpenaiEmulator } from "../../../bots/sandbox/services/openai/index.ts";
import { write } from "../../../convex/external/openai.ts";

const figures = { urgency: "80 of 100", missing: "$400", received: "$12.50" };
export const task = {
  instructions: "Explain.",
  data: `<data>${JSON.stringify({ charity: "Soup", en: figures, es: figures })}</data>`,
};

/** An OpenAI, and the doorway that asks it with the real library. */
export async function setUp() {
  const openai = await startOpenaiEmulator();
  onTestFinished(() => openai.close());
  const ask = async ({ key = openai.apiKey, timeoutMs = 10_000 } = {}) =>
    await write(task, { key, name: "some-model", origin: openai.url, timeoutMs });
  return { openai, ask };
}

/** A request with nothing but fetch. */
export async function post(url: string, apiKey: string, body: unknown): Promise<Response> {
  return await fetch(`${url}/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

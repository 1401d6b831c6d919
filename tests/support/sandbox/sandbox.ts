import { afterAll, beforeAll, expect } from "vitest";
import { type SandboxServer, serveSandbox } from "../../../bots/sandbox/server/server.ts";
import { type Sandbox, startSandbox } from "../../../bots/sandbox/server/sandbox.ts";
import { keepTraffic, reportTraffic } from "../specifications/traffic.ts";
import { pollLimitMs } from "../timeLimits.ts";
import type { ActAnswer, TranscriptMessage } from "../../../bots/sandbox/contract.ts";

/** A whole Plaza for one test file, driven as a script drives it: by its address alone. */
export type Driven = {
  sandbox: Sandbox;
  url: string;
  act(act: Record<string, unknown>): Promise<ActAnswer & Answered>;
  transcript(platform: string, place: string, as: string): Promise<TranscriptMessage[]>;
  control(action: Record<string, unknown>): Promise<{ ok: boolean; error?: string }>;
};
type Answered = { messages?: TranscriptMessage[]; error?: string };

/**
 * What the clock shows when a test's sandbox starts: a Wednesday afternoon in the middle of a
 * month,
 * so that no test depends on the hour or the day at which it runs. `PLAZA_TEST_NOW` (an ISO time)
 * tries another moment: `PLAZA_TEST_NOW=2027-01-03T23:58:00Z npx vitest run ...`.
 */
const startsAt = Date.parse(process.env["PLAZA_TEST_NOW"] ?? "2026-11-18T15:20:00Z");

export function useSandbox(options: Parameters<typeof startSandbox>[0] = {}): Driven {
  let sandbox: Sandbox | undefined;
  let server: SandboxServer | undefined;
  const traffic = keepTraffic();
  beforeAll(async () => {
    const { observe: onExchange } = traffic;
    sandbox = await startSandbox({ startsAt, waitMs: pollLimitMs, onExchange, ...options });
    server = await serveSandbox(sandbox, 0);
  });
  afterAll(async () => {
    await server?.close();
    await sandbox?.close();
    const { problems, counts } = traffic.validate();
    reportTraffic(counts);
    expect(problems, "what does not fit the platforms' specifications").toEqual([]);
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(`${server?.url}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return (await response.json()) as never;
  };
  return {
    get sandbox() {
      if (!sandbox) throw new Error("the sandbox has not started");
      return sandbox;
    },
    get url() {
      return server?.url ?? "";
    },
    act: async (act) => await post("/api/act", act),
    control: async (action) => await post("/api/control", action),
    transcript: async (platform, place, as) => {
      const query = new URLSearchParams({ platform, in: place, as });
      const response = await fetch(`${server?.url}/api/transcript?${query}`);
      return (await response.json()) as TranscriptMessage[];
    },
  };
}

/** A text as a person sees it: without the sign that parts what Telegram would make a link of. */
export function seen(text: string): string {
  return text.replaceAll("\u2060", "");
}

/** The words of a message as a person reads them, on either platform. */
export function wordsOf(message: TranscriptMessage | undefined): string {
  const embeds = message?.embeds ?? [];
  const cards = embeds.flatMap(({ title, description }) => [title ?? "", description ?? ""]);
  return seen([message?.text ?? "", ...cards].join("\n"));
}

/** The first message of an answer; fails where there is none. */
export function answerOf(answer: ActAnswer & Answered): TranscriptMessage {
  expect(answer).toMatchObject({ ok: true });
  const [message] = answer.messages ?? [];
  if (!message) throw new Error(`no answer: ${JSON.stringify(answer)}`);
  return message;
}

/** The labels of a message's buttons, in their order. */
export function labelsOf(message: TranscriptMessage): string[] {
  return (message.buttons ?? []).flat().map((button) => button.label);
}

/** Waits until something is so; the limit is only for a test that fails anyway. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  let found: T | undefined | false;
  const looked = async () => (found = await look());
  await expect.poll(looked, { timeout: pollLimitMs, interval: 20 }).toBeTruthy();
  if (found === undefined || found === false) throw new Error("it was never so");
  return found;
}

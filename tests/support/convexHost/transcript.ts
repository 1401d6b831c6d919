import { isDeepStrictEqual } from "node:util";
import { convexToJson, type JSONValue, type Value } from "convex/values";
import type { Engine, Outcome } from "../../../bots/sandbox/convex/engine.ts";
import type { Range, ReadStep, Step } from "./differentialFunctions/step.ts";
import type { Turn } from "./steps.ts";

/** What an engine answered to each turn, with documents named by the order they were made in. */
export type Transcript = JSONValue[];

export type Difference = { turn: Turn; index: number; answers: [JSONValue, JSONValue] };

const none = { kind: "none" } as const;
const mostPages = 100;

/** Puts the id of a document that there is where a step refers to one. */
export type Refer = (value: unknown) => unknown;

/** Takes an engine through all turns; told after each. */
export async function transcribe(
  engine: Engine,
  turns: readonly Turn[],
  afterEach?: (refer: Refer) => Promise<void>,
): Promise<Transcript> {
  const ids = new Map<string, string[]>();
  const names = new Map<string, string>();
  const soon = new Set<string>();
  const transcript: Transcript = [];
  for (const turn of turns) {
    transcript.push(named(await take(turn)));
    await afterEach?.(referred);
  }
  return transcript;

  async function take(turn: Turn): Promise<JSONValue> {
    if (turn.do === "pages") return await pages(turn);
    const { do: name, ...args } = turn;
    return await call(name, args);
  }

  async function call(name: "write" | "ask", args: Arguments): Promise<JSONValue> {
    const path = `steps:${name}`;
    const encoded = convexToJson(referred(args) as Value);
    const run = { path, args: encoded, auth: none };
    const outcome = await (name === "write" ? engine.mutation(run) : engine.query(run));
    const answer = told(outcome);
    register(answer);
    if (JSON.stringify(encoded).includes('"inMs":0')) await settle();
    return answer;
  }

  /** All pages to the end, each from where the one before ended. */
  async function pages(turn: Turn & { do: "pages" }): Promise<JSONValue> {
    const { range, size, between } = turn;
    const seen: JSONValue[] = [];
    let cursor: string | null = null;
    for (let count = 0; count < mostPages; count += 1) {
      const page = await pageOf(range, cursor, size);
      if (page === null) return "refused";
      seen.push(page.page);
      // An engine may see the end with the last document or by an empty page after it: both are
      // allowed by Convex. Looking ahead makes them one.
      const isDone = page.isDone || (await isEmptyAfter(range, page.continueCursor));
      if (isDone) return seen;
      cursor = page.continueCursor;
      const steps = between[count];
      if (steps !== undefined) seen.push(await call("write", { steps, fails: false }));
    }
    return "no end";
  }

  async function pageOf(range: Range, cursor: string | null, size: number): Promise<Page | null> {
    const step: ReadStep = { do: "page", range, cursor, size };
    const [answer] = (await call("ask", { steps: [step] })) as unknown as [Page | Failed];
    return "failed" in answer ? null : answer;
  }

  async function isEmptyAfter(range: Range, cursor: string): Promise<boolean> {
    const next = await pageOf(range, cursor, 1);
    return next !== null && next.isDone && next.page.length === 0;
  }

  /** Until what was scheduled for at once has run, so that both engines go on from there. */
  async function settle(): Promise<void> {
    for (let tries = 0; tries < 1000; tries += 1) {
      const outcome = await engine.query({
        path: "steps:ask",
        args: { steps: [{ do: "jobs" }] },
        auth: none,
      });
      const [jobs] = told(outcome) as unknown as [{ _id: string; state: string }[]];
      const waiting = jobs.filter(({ _id, state }) => isUnsettled(state) && soon.has(_id));
      if (waiting.length === 0) return;
      await new Promise(setImmediate);
    }
    throw new Error("What was scheduled for now did not run");
  }

  /** Notes the documents made, in order, so that later turns can name them. */
  function register(answer: JSONValue): void {
    if (Array.isArray(answer)) return answer.forEach(register);
    if (typeof answer !== "object" || answer === null) return;
    const { inserted, table, _id: id } = answer;
    if (typeof inserted !== "string" || typeof table !== "string") {
      // Made by a scheduled function: seen for the first time.
      if (typeof id === "string" && !names.has(id)) names.set(id, `other#${names.size}`);
      return Object.values(answer).forEach((inner) => register(inner ?? null));
    }
    if (names.has(inserted)) throw new Error(`The id ${inserted} was given twice`);
    const all = ids.get(table) ?? [];
    names.set(inserted, `${table}#${all.length}`);
    ids.set(table, [...all, inserted]);
    if (table === "soon") soon.add(inserted);
  }

  /** The other way around: `@things:0.5` is the document in the middle. */
  function referred(value: unknown): unknown {
    if (typeof value === "string" && value.startsWith("@")) {
      const [table = "", fraction = ""] = value.slice(1).split(":");
      const all = ids.get(table) ?? [];
      return all[Math.min(all.length - 1, Math.floor(Number(fraction) * all.length))] ?? "none";
    }
    return mapped(value, referred);
  }

  function named(value: JSONValue): JSONValue {
    if (typeof value === "string") return names.get(value) ?? value;
    const result = mapped(value, named as (inner: unknown) => unknown) as JSONValue;
    const { found } = (result ?? {}) as { found?: string[] };
    // Engines rank what a search finds in their own ways.
    return found === undefined ? result : { found: found.toSorted() };
  }
}

type Arguments = { steps: readonly Step[]; fails?: boolean };
type Failed = { failed: JSONValue };
type Page = { page: JSONValue[]; isDone: boolean; continueCursor: string };

const isUnsettled = (state: string): boolean => state === "pending" || state === "inProgress";

function mapped(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
}

const told = (outcome: Outcome): JSONValue =>
  outcome.ok ? unpacked(outcome.value) : unpacked({ failed: outcome.failure.data ?? true });

/** What failed transactions saw is told as text; here it is part of the answer. */
function unpacked(answer: JSONValue): JSONValue {
  if (typeof answer === "object" && answer !== null && !Array.isArray(answer)) {
    const { failed } = answer;
    if (typeof failed === "string") return { failed: unpacked(JSON.parse(failed) as JSONValue) };
  }
  return mapped(answer, unpacked as (inner: unknown) => unknown) as JSONValue;
}

/** The first turn that two engines answered differently, or null. */
export function firstDifference(
  turns: readonly Turn[],
  [one, other]: readonly [Transcript, Transcript],
): Difference | null {
  for (const [index, turn] of turns.entries()) {
    const answers: [JSONValue, JSONValue] = [one[index] ?? null, other[index] ?? null];
    if (!isDeepStrictEqual(...answers)) return { turn, index, answers };
  }
  return null;
}

"use node";

import { v } from "convex/values";
import OpenAI, { APIError } from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { internalAction } from "../_generated/server.js";
import { explainer } from "./environment.ts";

// The only client of OpenAI's API or a compatible one. Its library needs Node: it sets the user name
// of a URL, which Convex's default runtime refuses.

/** A model and how to reach it. */
export type Model = { key: string; origin?: string; name: string; timeoutMs: number };

/** The prompt: instructions and the data that they are about. */
const task = v.object({ instructions: v.string(), data: v.string() });
export type Task = typeof task.type;

const answer = v.union(
  v.object({ kind: v.literal("written"), en: v.string(), es: v.string() }),
  // The model or the service refused this task, or the answer has another form than requested.
  v.object({ kind: v.literal("unusable") }),
  // The service is unreachable, too slow or failing, or was not asked any more.
  v.object({ kind: v.literal("away") }),
);
export type Answer = typeof answer.type;

export type Answers = { answers: Answer[]; isDown: boolean };

/** Requests to the model at a time. */
const concurrency = 4;
const timeoutMs = 20_000;

/**
 * The answer to each task. Tasks are independent: what happens to one changes nothing for the others.
 * Only when all requests of one round fail is the service down; the remaining tasks are then "away"
 * without a request.
 */
export const writeAll = internalAction({
  args: { tasks: v.array(task) },
  returns: v.object({ answers: v.array(answer), isDown: v.boolean() }),
  handler: async (_ctx, { tasks }): Promise<Answers> => {
    const settings = explainer();
    if (!settings) return { answers: tasks.map(() => ({ kind: "away" })), isDown: true };
    const model = { ...settings.model, timeoutMs };
    const answers: Answer[] = [];
    let isDown = false;
    for (let from = 0; !isDown && from < tasks.length; from += concurrency) {
      const round = tasks.slice(from, from + concurrency);
      const written = await Promise.all(round.map(async (one) => await write(one, model)));
      answers.push(...written);
      isDown = round.length === concurrency && written.every(({ kind }) => kind === "away");
    }
    while (answers.length < tasks.length) answers.push({ kind: "away" });
    return { answers, isDown };
  },
});

const written = z.object({
  en: z.string().describe("The explanation in English."),
  es: z.string().describe("The same explanation in Latin American Spanish, informal."),
});

/** Limits the cost of a call; far more than two short texts with some reasoning need. */
const maxTokens = 4_000;

/**
 * Requests one text in both languages, without retries. Never throws, and does not pass on errors,
 * which can contain the request and its key.
 */
export async function write({ instructions, data }: Task, model: Model): Promise<Answer> {
  try {
    const response = await clientOf(model).responses.parse({
      model: model.name,
      instructions,
      input: data,
      text: { format: zodTextFormat(written, "explanation") },
      max_output_tokens: maxTokens,
      // No request is made on behalf of a user, so this identifies the feature.
      safety_identifier: "plaza-explanations",
      store: false,
    });
    // Null where the model refused or its answer was truncated.
    const text = response.output_parsed;
    return text ? { kind: "written", ...text } : { kind: "unusable" };
  } catch (error) {
    return { kind: isAboutTheTask(error) ? "unusable" : "away" };
  }
}

/**
 * Whether another task can succeed all the same: the answer could not be parsed, or the service
 * refused this request by its content (400 or 422: "your prompt was flagged").
 * https://platform.openai.com/docs/guides/error-codes
 */
function isAboutTheTask(error: unknown): boolean {
  if (!(error instanceof APIError)) return true;
  const status: unknown = error.status;
  return status === 400 || status === 422;
}

/** The null options keep the library from reading them from the environment. */
function clientOf({ key, origin, timeoutMs }: Model): OpenAI {
  return new OpenAI({
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: origin ?? null,
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: "off",
  });
}

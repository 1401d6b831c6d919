import OpenAI, { APIError } from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

// The only client of OpenAI's API or a compatible one.

/** A model and how to reach it. */
export type Model = { key: string; origin?: string; name: string; timeoutMs: number };

/** The prompt: instructions and the data that they are about. */
export type Task = { instructions: string; data: string };

export type Answer =
  | { kind: "written"; en: string; es: string }
  /** The model refused, or its answer has another form than requested. */
  | { kind: "unusable" }
  /** The service is unreachable, too slow or failing: the next call will probably fail as well. */
  | { kind: "away" };

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
    // Other errors are answers that could not be parsed.
    return { kind: error instanceof APIError ? "away" : "unusable" };
  }
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

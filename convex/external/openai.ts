import OpenAI, { APIError } from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

// The one doorway to OpenAI, or to a service that speaks like it.

/** Which service, with which key, which of its models, and how long it is waited for. */
export type Model = { key: string; origin?: string; name: string; timeoutMs: number };

/** What it is to do, and the data that it is to do it with. */
export type Task = { instructions: string; data: string };

export type Answer =
  | { kind: "written"; en: string; es: string }
  /** It would not write, or nothing of the form that was asked for. */
  | { kind: "unusable" }
  /** It could not be reached, did not answer in time, or is in trouble: the next call may fare the same. */
  | { kind: "away" };

const written = z.object({
  en: z.string().describe("The explanation in English."),
  es: z.string().describe("The same explanation in Latin American Spanish, informal."),
});

/** Far more than two short texts and some thinking need: what one call can cost is bounded. */
const maxTokens = 4_000;

/**
 * Asks for one text in both languages, once. Never throws, and tells nothing of an error: it can hold
 * the request, and with it the key.
 */
export async function write({ instructions, data }: Task, model: Model): Promise<Answer> {
  try {
    const response = await clientOf(model).responses.parse({
      model: model.name,
      instructions,
      input: data,
      text: { format: zodTextFormat(written, "explanation") },
      max_output_tokens: maxTokens,
      // Nothing is asked in a person's name: the service is told which part of us asks.
      safety_identifier: "plaza-explanations",
      store: false,
    });
    // Null where the model refused, and where it did not come to an end.
    const text = response.output_parsed;
    return text ? { kind: "written", ...text } : { kind: "unusable" };
  } catch (error) {
    // The rest is an answer that could not be read.
    return { kind: error instanceof APIError ? "away" : "unusable" };
  }
}

/** The environment is read elsewhere: what is null here is not looked for in it. */
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

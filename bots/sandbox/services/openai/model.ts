import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";

/** How the model behaves: see `respond`. */
export const openaiModes = [
  "answers",
  "refuses",
  "wrong",
  "inject",
  "invents",
  "flags",
  "nonsense",
  "slow",
  "broken",
] as const;
export type OpenaiMode = (typeof openaiModes)[number];

/** The fields of a request that tests look at. */
export type ModelRequest = {
  model: string;
  instructions: string;
  input: string;
  /** The whole body. */
  body: Record<string, unknown>;
};

export type OpenaiEmulator = {
  /** The library's base URL. */
  url: string;
  apiKey: string;
  mode(): OpenaiMode;
  /**
   * Applies from now on, also to requests that wait for an answer; with `about`, only to requests
   * whose input contains this text.
   */
  behave(mode: OpenaiMode, about?: string): void;
  /** Authorized requests: all so far, and those without an answer yet. */
  calls(): number;
  waiting(): number;
  /** The latest first, at most a hundred. */
  asked(): ModelRequest[];
  /** Resolves once there have been `times` calls. */
  called(times: number): Promise<void>;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};

export type Reply = { status: ContentfulStatusCode; body: object };

/** An answer of the Responses API in one of the ways in which it can come; "slow" has none. */
export function respond(
  asked: ModelRequest,
  mode: Exclude<OpenaiMode, "slow">,
  call: number,
): Reply {
  const right = writeText(asked.input);
  switch (mode) {
    case "answers":
      return said(asked, call, JSON.stringify(right));
    case "wrong":
      return said(asked, call, JSON.stringify(writeWrongText(asked.input)));
    case "inject": {
      const more = " https://evil.example @evil /start";
      return said(asked, call, JSON.stringify({ en: right?.en + more, es: right?.es + more }));
    }
    case "invents": {
      // Figures of the books, and a claim that is not in them.
      const en = `${right?.en} It helps many families.`;
      return said(asked, call, JSON.stringify({ en, es: `${right?.es} Ayuda a muchas familias.` }));
    }
    case "flags":
      // https://platform.openai.com/docs/guides/reasoning: prompts that violate the usage policy
      return problem(
        400,
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.",
        "invalid_prompt",
      );
    case "nonsense":
      // In turn: no JSON, and JSON of another form.
      return said(asked, call, call % 2 === 1 ? '{"en": "It rec' : '{"english": 5}');
    case "refuses":
      return refused(asked, call);
    case "broken":
      return problem(500, "The server had an error while processing your request.");
  }
}

/** An error in OpenAI's form. */
export function problem(
  status: ContentfulStatusCode,
  message: string,
  code: string | null = null,
): Reply {
  const type = status === 500 ? "server_error" : "invalid_request_error";
  return { status, body: { error: { message, type, param: null, code } } };
}

function said(asked: ModelRequest, call: number, text: string): Reply {
  return message(asked, call, { type: "output_text", text, annotations: [], logprobs: [] });
}

function refused(asked: ModelRequest, call: number): Reply {
  return message(asked, call, { type: "refusal", refusal: "I'm sorry, I can't help with that." });
}

function message({ model, instructions }: ModelRequest, call: number, content: object): Reply {
  return {
    status: 200,
    body: {
      id: `resp_${call}`,
      object: "response",
      created_at: 0,
      status: "completed",
      error: null,
      incomplete_details: null,
      instructions,
      model,
      output: [
        {
          id: `msg_${call}`,
          type: "message",
          status: "completed",
          role: "assistant",
          content: [content],
        },
      ],
      parallel_tool_calls: true,
      tools: [],
      tool_choice: "auto",
      store: false,
      usage: {
        input_tokens: 400,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 100,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 500,
      },
    },
  };
}

// What a model would write from the figures in its input.

const figures = z.object({ urgency: z.string(), missing: z.string(), received: z.string() });
const told = z.object({ charity: z.string(), en: figures, es: figures });

export type Text = { en: string; es: string };

/** A correct explanation; null where the input has another form. */
export function writeText(input: string): Text | null {
  const [, json] = /<data>([\s\S]*)<\/data>/.exec(input) ?? [];
  const read = told.safeParse(json === undefined ? undefined : JSON.parse(json));
  if (!read.success) return null;
  const { charity, en, es } = read.data;
  return {
    en: `${charity} received ${en.received}. Its need has an urgency of ${en.urgency}, and ${en.missing} were missing when the week was shared out.`,
    es: `${charity} recibió ${es.received}. Su necesidad tiene una urgencia de ${es.urgency}, y faltaban ${es.missing} cuando se repartió la semana.`,
  };
}

/** The same with one digit wrong in both languages. */
export function writeWrongText(input: string): Text | null {
  const right = writeText(input);
  return right && { en: alter(right.en), es: alter(right.es) };
}

function alter(text: string): string {
  return text.replace(/(\d)(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
}

const request = z.looseObject({
  model: z.string().min(1),
  instructions: z.string(),
  input: z.string().min(1),
  safety_identifier: z.string().max(64).optional(),
  max_output_tokens: z.number().int().min(16).optional(),
  text: z.object({
    format: z.looseObject({
      type: z.literal("json_schema"),
      name: z.string().regex(/^[\w-]{1,64}$/),
      strict: z.literal(true),
      schema: z.looseObject({
        type: z.literal("object"),
        properties: z.record(z.string(), z.looseObject({ type: z.literal("string") })),
        required: z.array(z.string()),
        additionalProperties: z.literal(false),
      }),
    }),
  }),
});

/** A request for a text of a form; a string is OpenAI's error message. */
export function readAsked(sent: unknown): ModelRequest | string {
  const read = request.safeParse(sent);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `Invalid value for '${issue?.path.join(".") ?? ""}': ${issue?.message ?? ""}`;
  }
  const { model, instructions, input, text } = read.data;
  const { properties, required } = text.format.schema;
  const isStrict = Object.keys(properties).every((name) => required.includes(name));
  if (!isStrict) return "Invalid schema: every property must be required in strict mode.";
  return { model, instructions, input, body: read.data };
}

import type { Asked, OpenaiMode } from "./types.ts";
import { writeText, writeWrongText } from "./write.ts";

export type Reply = { status: number; body: unknown };

/** An answer of the Responses API in one of the ways in which it can come; "slow" has none. */
export function respond(asked: Asked, mode: Exclude<OpenaiMode, "slow">, call: number): Reply {
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
export function problem(status: number, message: string): Reply {
  const type = status === 500 ? "server_error" : "invalid_request_error";
  return { status, body: { error: { message, type, param: null, code: null } } };
}

function said(asked: Asked, call: number, text: string): Reply {
  return message(asked, call, { type: "output_text", text, annotations: [], logprobs: [] });
}

function refused(asked: Asked, call: number): Reply {
  return message(asked, call, { type: "refusal", refusal: "I'm sorry, I can't help with that." });
}

function message({ model, instructions }: Asked, call: number, content: object): Reply {
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

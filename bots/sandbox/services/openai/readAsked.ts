import { z } from "zod";
import type { Asked } from "./types.ts";

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

/** A request for a text of a form; a string says what is wrong with it, as OpenAI would. */
export function readAsked(sent: unknown): Asked | string {
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

import { z } from "zod";
import { type Answer, refused } from "./answer.ts";
import type { Form } from "./form.ts";

// What the API takes of what the real one does: what gifts need, and nothing that is not known.

const metadata = z.record(z.string(), z.string());
const whole = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const currency = z.string().regex(/^[a-z]{3}$/);
const recurring = z.strictObject({ interval: z.literal("week") });
const seconds = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform(Number);

export const customerParams = z.strictObject({ metadata: metadata.optional() });

export const sessionParams = z.strictObject({
  mode: z.literal("subscription"),
  customer: z.string(),
  client_reference_id: z.string().max(200).optional(),
  line_items: z.tuple([
    z.strictObject({
      quantity: whole,
      price_data: z.strictObject({
        currency,
        unit_amount: whole,
        recurring,
        product_data: z.strictObject({ name: z.string().min(1) }),
      }),
    }),
  ]),
  metadata: metadata.optional(),
  subscription_data: z.strictObject({ metadata: metadata.optional() }).optional(),
  success_url: z.url(),
  cancel_url: z.url().optional(),
  expires_at: seconds.optional(),
  locale: z.string().optional(),
});

export const changeParams = z.strictObject({
  items: z
    .tuple([
      z.strictObject({
        id: z.string(),
        // An existing product: unlike a page, a change takes no new one.
        price_data: z.strictObject({
          currency,
          unit_amount: whole,
          recurring,
          product: z.string(),
        }),
      }),
    ])
    .optional(),
  proration_behavior: z.literal(["none", "create_prorations", "always_invoice"]).optional(),
  pause_collection: z
    .union([z.literal(""), z.strictObject({ behavior: z.literal("void") })])
    .optional(),
});

/** The parameters as they should be, or Stripe's error for the first that is not. */
export function readParams<T extends z.ZodType>(
  schema: T,
  form: Form,
): { params: z.output<T> } | { error: Answer } {
  const read = schema.safeParse(form);
  if (read.success) return { params: read.data };
  const [issue] = read.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const [first = "", ...rest] = [...(issue?.path ?? []), ...(unknown ? [unknown] : [])].map(String);
  const param = first + rest.map((part) => `[${part}]`).join("");
  if (unknown !== undefined)
    return {
      error: refused(400, `Received unknown parameter: ${param}`, {
        code: "parameter_unknown",
        param,
      }),
    };
  return { error: refused(400, `Invalid ${param}`, { code: "parameter_invalid", param }) };
}

import { z } from "zod";

// The part of Stripe's parameters that donations use; unknown ones are refused, as Stripe does.

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

/** The parsed parameters, or Stripe's error for the first invalid one. */
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

/** What Stripe's library sends: "items[0][price][currency]=usd" as objects and lists of strings. */
export type Form = { [name: string]: FormValue };
type FormValue = string | Form | FormValue[];

const maxDepth = 8;

/** Reads a form-encoded body; null where a name has another form. */
export function readForm(text: string): Form | null {
  const root: Form = Object.create(null) as Form;
  for (const [name, value] of new URLSearchParams(text)) {
    const path = pathOf(name);
    if (!path) return null;
    let at = root;
    for (const part of path.slice(0, -1)) {
      const next = at[part] ?? (Object.create(null) as Form);
      if (typeof next === "string" || Array.isArray(next)) return null;
      at[part] = next;
      at = next;
    }
    at[path.at(-1) ?? ""] = value;
  }
  return withLists(root) as Form;
}

function pathOf(name: string): string[] | null {
  const match = /^([^[\]]+)((?:\[[^[\]]+\])*)$/.exec(name);
  if (!match) return null;
  const [, first = "", rest = ""] = match;
  const path = [first, ...[...rest.matchAll(/\[([^[\]]+)\]/g)].map(([, part = ""]) => part)];
  return path.length > maxDepth ? null : path;
}

/** Fields numbered from 0 are a list. */
function withLists(value: FormValue): FormValue {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, withLists(one)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

/** A route's answer: JSON, a page, or a redirect. */
export type Answer =
  | { status: number; body: object; headers?: Record<string, string> }
  | { status: 200; page: string }
  | { status: 303; to: string };

export function ok(body: object): Answer {
  return { status: 200, body };
}

type ErrorDetail = { type?: string; code?: string; param?: string };

/** An error in Stripe's form. */
export function refused(status: number, message: string, detail: ErrorDetail = {}): Answer {
  return { status, body: { error: { type: "invalid_request_error", message, ...detail } } };
}

export function noSuch(what: string, id: string): Answer {
  return refused(404, `No such ${what}: '${id}'`, { code: "resource_missing", param: "id" });
}

import { z } from "zod";

// Luma's JSON has null, "", numbers as text and whole fields missing. A field that is not what it
// should be costs that field; only a missing title, time or address costs the event.

/** Text that is not blank, or undefined. */
export const text = z.string().trim().min(1).optional().catch(undefined);

/** A finite number, also written as text; never null read as 0. */
export const number = z
  .union([z.number(), z.string().trim().min(1).max(40).transform(Number)])
  .pipe(z.number())
  .optional()
  .catch(undefined);

export const flag = z.boolean().optional().catch(undefined);

/** A list of whatever; one thing instead of a list is a list of one. */
export const list = z.unknown().optional().transform(asList);

/** A nested object whose fields are lenient themselves. */
export function part<S extends z.ZodRawShape>(shape: S) {
  return z.object(shape).optional().catch(undefined);
}

export function asList(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The value as an object with fields, or undefined for null, lists and plain values. */
export function asFields(value: unknown): Record<string, unknown> | undefined {
  return hasFields(value) ? value : undefined;
}

function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

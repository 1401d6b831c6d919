import { z } from "zod";
import type { Act, Platform } from "../contract.ts";

const who = { platform: z.enum(["telegram", "discord"]), as: z.string(), in: z.string() };
const value = z.union([z.string(), z.number(), z.boolean()]);

const act = z.discriminatedUnion("do", [
  z.object({ ...who, do: z.literal("say"), text: z.string(), replyTo: z.string().optional() }),
  z.object({
    ...who,
    do: z.literal("command"),
    name: z.string(),
    options: z.record(z.string(), value).optional(),
  }),
  z.object({
    ...who,
    do: z.literal("autocomplete"),
    name: z.string(),
    option: z.string(),
    value: z.string(),
  }),
  z.object({ ...who, do: z.literal("click"), message: z.string(), button: z.string() }),
  z.object({
    ...who,
    do: z.literal("choose"),
    message: z.string(),
    menu: z.string(),
    values: z.array(z.string()),
  }),
  z.object({
    ...who,
    do: z.literal("submit"),
    modal: z.string(),
    fields: z.record(z.string(), z.string()),
  }),
  z.object({ ...who, do: z.literal(["join", "addBot", "removeBot"]) }),
]);

/** One thing a person does, as a script sent it; throws a sentence that names what is wrong. */
export function readAct(sent: unknown): { platform: Platform; act: Act } {
  const read = act.safeParse(sent);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`${issue?.path.join(".") || "the act"}: ${issue?.message ?? "not understood"}`);
  }
  const { platform, ...rest } = read.data;
  return { platform, act: rest as Act };
}

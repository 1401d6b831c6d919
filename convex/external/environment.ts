import { z } from "zod";

// The one place in Convex that reads the environment. Each variable is optional here, so that a
// deployment without it still works; the feature that needs it says so.
const variables = {
  /** "telegram:123,discord:456": the chat accounts that are admins. */
  ADMIN_CHAT_IDS: z.string(),
  /** Every Luma address is asked for through this origin: the local stage and tests only. */
  LUMA_ORIGIN: z.url(),
  /** What Luma signs its webhooks with. */
  LUMA_WEBHOOK_SECRET: z.string().min(8),
  /** 32 bytes in base64: seals the Luma keys of organizations. */
  PLAZA_ENCRYPTION_KEY: z.base64().length(44),
} as const;

/** The value of a variable; undefined where it is unset or not of its form. */
export function variable(name: keyof typeof variables): string | undefined {
  const read = variables[name].safeParse(process.env[name]);
  return read.success ? read.data : undefined;
}

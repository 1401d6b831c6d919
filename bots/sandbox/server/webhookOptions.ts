import { z } from "zod";
import type { WebhookOptions } from "../services/webhooks.ts";

/** Options of a control action for the webhooks that it causes. */
export const options = {
  times: z.number().int().min(1).max(20).optional(),
  /** "10m": signed that long ago. */
  late: z.string().optional(),
  altered: z.boolean().optional(),
  wrongSecret: z.boolean().optional(),
};

type Options = { [Name in keyof typeof options]?: z.infer<(typeof options)[Name]> };

/** The same as the senders take it. */
export function readWebhookOptions({ times, late, altered, wrongSecret }: Options): WebhookOptions {
  return {
    ...(times !== undefined && { times }),
    ...(late !== undefined && { lateMs: readDuration(late) }),
    ...(altered !== undefined && { altered }),
    ...(wrongSecret !== undefined && { wrongSecret }),
  };
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90s", "20m", "2h", "1d" in milliseconds. */
export function readDuration(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text.trim());
  if (!match) throw new Error("a duration looks like 90s, 20m, 2h or 1d");
  return Number(match[1]) * units[match[2] as keyof typeof units];
}

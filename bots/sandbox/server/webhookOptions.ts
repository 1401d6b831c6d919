import { z } from "zod";
import type { WebhookOptions } from "../services/identity/webhookTypes.ts";
import { readDuration } from "./duration.ts";

/** What a wish can say of the webhooks that come of it. */
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

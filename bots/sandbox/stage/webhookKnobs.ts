import { z } from "zod";
import type { WebhookKnobs } from "../identity/webhookTypes.ts";
import { readDuration } from "./duration.ts";

/** What a wish can say of the webhooks that come of it. */
export const knobs = {
  times: z.number().int().min(1).max(20).optional(),
  /** "10m": signed that long ago. */
  late: z.string().optional(),
  altered: z.boolean().optional(),
  wrongSecret: z.boolean().optional(),
};

type Knobs = { [Name in keyof typeof knobs]?: z.infer<(typeof knobs)[Name]> };

/** The same as the senders take it. */
export function readKnobs({ times, late, altered, wrongSecret }: Knobs): WebhookKnobs {
  return {
    ...(times !== undefined && { times }),
    ...(late !== undefined && { lateMs: readDuration(late) }),
    ...(altered !== undefined && { altered }),
    ...(wrongSecret !== undefined && { wrongSecret }),
  };
}

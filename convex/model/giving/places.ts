import { internal } from "../../_generated/api.js";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { variable } from "../../external/environment.ts";

/** Where there is a geocoder, it is asked for the place of a charity that has none. */
export async function seekPlace(
  ctx: MutationCtx,
  { _id: charityId, latitude }: Doc<"charities">,
): Promise<void> {
  if (latitude !== undefined || variable("GEOCODER_URL") === undefined) return;
  await ctx.scheduler.runAfter(0, internal.geocoding.findPlace, { charityId });
}

/** What a geocoder is asked: the charity's city with its state, as precise as it is known. */
export function addressOf({
  zipCode,
  city,
  state,
}: Pick<Doc<"charities">, "zipCode" | "city" | "state">): string {
  return [zipCode, city, state].filter(Boolean).join(", ");
}

import type { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";
import { charities, waitingCharity } from "./charities.ts";

/** The charities of the sandbox with what they need, added and approved by an admin. */
export async function seedCharities(admin: ConvexHttpClient): Promise<void> {
  // In their order, which is the order of lists; what follows can be all at once.
  const following: Promise<unknown>[] = [];
  const skipQueue = { skipQueue: true };
  for (const { needs, ...form } of charities) {
    const { charity } = await admin.mutation(api.charities.createCharity, form, skipQueue);
    const { _id: charityId } = charity;
    for (const need of needs)
      following.push(admin.mutation(api.needs.createNeed, { charityId, ...need }, skipQueue));
    following.push(admin.mutation(api.charities.approveCharity, { charityId }, skipQueue));
  }
  following.push(admin.mutation(api.charities.createCharity, waitingCharity, skipQueue));
  await Promise.all(following);
}

import type { Doc } from "../../../convex/_generated/dataModel.js";
import { claimAccount } from "../../../convex/model/accounts/newUsers.ts";
import { parseSubject } from "../../../shared/identity.ts";
import { makePerson } from "./people.ts";
import type { Plaza } from "./plaza.ts";

/** Makes one user of chat accounts that had none, as linking and applying do. */
export async function linkWith(t: Plaza, ...subjects: string[]): Promise<Doc<"users">> {
  const user = await makePerson(t, { accountStatus: "active" });
  for (const subject of subjects) await addTo(t, user, subject);
  return user;
}

/** Another chat account of a user. */
export async function addTo(t: Plaza, user: Doc<"users">, subject: string): Promise<void> {
  const who = parseSubject(subject);
  if (who?.kind !== "chat") throw new Error("no chat account");
  const { platform, platformUserId } = who;
  await t.run(
    async (ctx) =>
      await claimAccount(ctx, { platform, platformUserId }, user._id, "code", Date.now()),
  );
}

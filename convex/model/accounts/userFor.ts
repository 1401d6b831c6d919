import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { ChatCaller } from "../callers/caller.ts";
import { claimAccount, type Introduced } from "../callers/chatAccounts.ts";
import { makeUser } from "../callers/users.ts";

/** The user of a chat account; one that has none gets a new one, with its settings. */
export async function userFor(
  ctx: MutationCtx,
  { user, chat }: ChatCaller,
  who: Introduced,
  now: number,
): Promise<Doc<"users">> {
  if (user) return user;
  const { locale, timezone } = chat.account ?? {};
  const made = await makeUser(
    ctx,
    {
      primaryAuthMethod: "social",
      displayName: who.name,
      ...(locale && { locale }),
      ...(timezone && { timezone }),
    },
    now,
  );
  await claimAccount(ctx, chat, made._id, "join", now, who);
  return made;
}

import type { MutationCtx } from "../../_generated/server.js";
import type { UserCaller } from "../callers/caller.ts";
import { accountsOf } from "../callers/chatAccounts.ts";

/** How somebody who decides is shown on a card: as in the chat where they decided. */
export async function knownAs(ctx: MutationCtx, { user, chat }: UserCaller): Promise<string> {
  const name = chat?.account?.displayName ?? user.displayName;
  if (name !== undefined) return name;
  const [account] = await accountsOf(ctx, user._id);
  return account?.displayName ?? "";
}

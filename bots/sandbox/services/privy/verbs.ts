import { accountEvent, transferEvent, userEvent } from "./events.ts";
import type { PrivyEmulator, PrivyUser } from "./types.ts";
import type { World } from "./world.ts";

type Verbs = Pick<
  PrivyEmulator,
  "putUser" | "users" | "link" | "unlink" | "transfer" | "removeUser"
>;

/** What people and admins do at Privy itself. Each resolves when its webhooks were answered. */
export function makeVerbs({ users, webhooks, changed }: World): Verbs {
  const snapshot = (did: string): PrivyUser => {
    const user = users.get(did);
    if (!user) throw new Error(`no user "${did}"`);
    return structuredClone(user);
  };
  return {
    users: users.all,
    async putUser(input, options) {
      const { user, isNew } = users.put(input);
      changed();
      if (isNew) await webhooks.send(userEvent("user.created", user), options);
      return structuredClone(user);
    },
    async link(did, account, options) {
      const linked = users.link(did, account);
      changed();
      const user = snapshot(did);
      await webhooks.send(accountEvent("user.linked_account", user, linked), options);
      return user;
    },
    async unlink(did, account, options) {
      const gone = users.unlink(did, account);
      changed();
      const user = snapshot(did);
      await webhooks.send(accountEvent("user.unlinked_account", user, gone), options);
      return user;
    },
    async transfer(fromDid, toDid, account, options) {
      const from = snapshot(fromDid);
      const moved = users.transfer(fromDid, toDid, account);
      changed();
      const to = snapshot(toDid);
      const sent = webhooks.send(transferEvent(fromDid, to, moved), options);
      await Promise.all([sent, webhooks.send(userEvent("user.deleted", from), options)]);
      return to;
    },
    async removeUser(did, options) {
      const user = users.remove(did);
      changed();
      await webhooks.send(userEvent("user.deleted", user), options);
    },
  };
}

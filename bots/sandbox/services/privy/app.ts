import { randomBytes } from "node:crypto";
import type { SigningKey } from "../signing.ts";
import type { Webhooks } from "../webhooks.ts";
import type { Codes } from "./codes.ts";
import { accountEvent, transferEvent, userEvent, type Users } from "./users.ts";
import type { PrivyEmulator, PrivyUser } from "./types.ts";

/** What the routes work on. */
export type World = {
  appId: string;
  appSecret: string;
  key: SigningKey;
  users: Users;
  codes: Codes;
  origins: Set<string>;
  webhooks: Webhooks;
  now: () => number;
  changed: () => void;
};

type PrivyActions = Pick<
  PrivyEmulator,
  "putUser" | "users" | "link" | "unlink" | "transfer" | "removeUser"
>;

/** Changes made at Privy itself. Each resolves when its webhooks were answered. */
export function makePrivyActions({ users, webhooks, changed }: World): PrivyActions {
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

/** The public settings of an app, as far as the library reads them. */
export function appSettings(id: string, verificationKey: string, origins: string[]): object {
  return {
    id,
    name: "Plaza",
    verification_key: verificationKey,
    logo_url: null,
    theme: "light",
    accent_color: null,
    allowed_domains: origins,
    wallet_auth: true,
    email_auth: true,
    sms_auth: false,
    google_oauth: false,
    twitter_oauth: false,
    discord_oauth: true,
    github_oauth: false,
    apple_oauth: false,
    linkedin_oauth: false,
    tiktok_oauth: false,
    telegram_auth: true,
    disable_plus_emails: false,
    terms_and_conditions_url: null,
    privacy_policy_url: null,
    allowlist_enabled: false,
    allowlist_config: { error_title: null, error_detail: null, cta_text: null, cta_link: null },
    created_at: 1_700_000_000,
    updated_at: 1_700_000_000,
  };
}

const lifetimeSeconds = 60 * 60;

type Wanted = { appId: string; did: string; now: number; expired?: boolean; audience?: string };

/** An access token as Privy signs it after a sign-in; an expired one ended a minute ago. */
export async function accessToken(key: SigningKey, wanted: Wanted): Promise<string> {
  const { appId, did, now, expired = false, audience = appId } = wanted;
  const at = Math.floor(now / 1000) - (expired ? lifetimeSeconds + 60 : 0);
  return await key.sign({
    iss: "privy.io",
    aud: audience,
    sub: did,
    sid: `c${randomBytes(12).toString("hex")}`,
    iat: at,
    exp: at + lifetimeSeconds,
  });
}

import type { SigningKey } from "../identity/signingKey.ts";
import type { Webhooks } from "../identity/webhookTypes.ts";
import type { Codes } from "./codes.ts";
import type { Users } from "./users.ts";

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

/** A request, read. Header names are in lower case. */
export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
};

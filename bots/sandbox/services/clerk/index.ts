import { randomBytes } from "node:crypto";
import { makeListeners } from "../../http/observing.ts";
import { handlersOf, listenOnLoopback, makeApp } from "../../http/server.ts";
import { makeSigningKey, makeWebhookSecret, type SigningKey, svixSigner } from "../signing.ts";
import { makeWebhooks } from "../webhooks.ts";
import {
  type ClerkEmulator,
  type ClerkEmulatorOptions,
  type ClerkUser,
  makeUsers,
  userEvent,
} from "./users.ts";

export type {
  ClerkChange,
  ClerkEmulator,
  ClerkEmulatorOptions,
  ClerkUser,
  ClerkUserInput,
} from "./users.ts";

/** Starts a Clerk on loopback: an issuer of tokens that sends webhooks when users change. */
export async function startClerkEmulator(
  options: ClerkEmulatorOptions = {},
): Promise<ClerkEmulator> {
  const now = options.now ?? Date.now;
  const listeners = makeListeners();
  const webhookSecret = makeWebhookSecret();
  const sign = svixSigner(webhookSecret);
  const webhooks = makeWebhooks({ sign, now, changed: listeners.notify });
  const users = makeUsers(now);
  const key = await makeSigningKey("RS256");
  const instanceId = `ins_${randomBytes(13).toString("hex")}`;

  const server = await listenOnLoopback({ name: "clerk", port: options.port });
  const app = makeApp();
  app.get(keysPath, (c) => c.json(key.jwks));
  app.get("/.well-known/openid-configuration", (c) => c.json(discovery(server.url)));
  const missing = { errors: [{ code: "resource_not_found", message: "not found" }] };
  app.notFound((c) => c.json(missing, 404));
  server.serve(handlersOf(app));

  return {
    ...webhooks,
    url: server.url,
    webhookSecret,
    async send(what, input, options) {
      if (what !== "created" && input.id === undefined) throw new Error("which user? give its id");
      const user = what === "deleted" ? users.remove(input.id) : users.put(input);
      listeners.notify();
      const event = userEvent(what, user, instanceId, now());
      return { user, delivery: await webhooks.send(event, options) };
    },
    users: users.all,
    async tokenFor(userId, wanted = {}) {
      const user = users.get(userId);
      return await convexToken(key, { issuer: server.url, userId, user, now: now(), ...wanted });
    },
    onChange: listeners.add,
    async close() {
      await webhooks.close();
      await server.close();
    },
  };
}

const keysPath = "/.well-known/jwks.json";

/** The fields of an OpenID discovery document that are read when a token is verified. */
function discovery(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}${keysPath}`,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

const tokenSeconds = 60;

type TokenOptions = {
  issuer: string;
  userId: string;
  user: ClerkUser | undefined;
  /** Unix milliseconds. */
  now: number;
  expired?: boolean;
  audience?: string;
};

/** A token from Clerk's template for Convex; an expired one ended a minute ago. */
async function convexToken(key: SigningKey, options: TokenOptions): Promise<string> {
  const { issuer, userId, user, now, expired = false, audience = "convex" } = options;
  const at = Math.floor(now / 1000) - (expired ? tokenSeconds + 60 : 0);
  const [email] = user?.emails ?? [];
  const names = [user?.firstName, user?.lastName].filter((name) => typeof name === "string");
  return await key.sign({
    iss: issuer,
    aud: audience,
    sub: userId,
    jti: randomBytes(10).toString("hex"),
    iat: at,
    nbf: at - 5,
    exp: at + tokenSeconds,
    ...(email && { email: email.address, email_verified: email.verified }),
    ...(names.length > 0 && { name: names.join(" ") }),
  });
}

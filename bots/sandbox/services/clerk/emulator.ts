import { randomBytes } from "node:crypto";
import { listenOnLoopback, sendJson } from "../../convex/servers.ts";
import { makeListeners } from "../identity/listeners.ts";
import { makeWebhookSecret, svixSigner } from "../identity/signWebhook.ts";
import { makeSigningKey } from "../identity/signingKey.ts";
import { makeWebhooks } from "../identity/webhooks.ts";
import { discovery, keysPath } from "./discovery.ts";
import { userEvent } from "./events.ts";
import { convexToken } from "./tokens.ts";
import type { ClerkEmulator, ClerkEmulatorOptions } from "./types.ts";
import { makeUsers } from "./users.ts";

/** Starts a Clerk on loopback: an issuer of tokens that tells by webhooks what users do. */
export async function startClerkEmulator(
  options: ClerkEmulatorOptions = {},
): Promise<ClerkEmulator> {
  const now = options.now ?? Date.now;
  const listeners = makeListeners();
  const webhookSecret = makeWebhookSecret();
  const webhooks = makeWebhooks({ sign: svixSigner(webhookSecret), now, changed: listeners.tell });
  const users = makeUsers(now);
  const key = await makeSigningKey("RS256");
  const instanceId = `ins_${randomBytes(13).toString("hex")}`;

  const server = await listenOnLoopback(options.port ?? 0, (path, error) => {
    console.error(`clerk emulator: ${path}`, error);
  });
  const documents: Record<string, object> = {
    [keysPath]: key.jwks,
    "/.well-known/openid-configuration": discovery(server.url),
  };
  server.serve({
    async request({ method, url = "/" }, response) {
      const document = method === "GET" ? documents[url] : undefined;
      if (document) return sendJson(response, 200, document);
      sendJson(response, 404, { errors: [{ code: "resource_not_found", message: "not found" }] });
    },
  });

  return {
    ...webhooks,
    url: server.url,
    webhookSecret,
    async send(what, input, options) {
      if (what !== "created" && input.id === undefined) throw new Error("which user? give its id");
      const user = what === "deleted" ? users.remove(input.id) : users.put(input);
      listeners.tell();
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

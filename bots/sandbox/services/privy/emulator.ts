import { randomBytes } from "node:crypto";
import { listenOnLoopback } from "../../convex/servers.ts";
import { makeListeners } from "../identity/listeners.ts";
import { makeWebhookSecret, svixSigner } from "../identity/signWebhook.ts";
import { makeSigningKey } from "../identity/signingKey.ts";
import { makeWebhooks } from "../identity/webhooks.ts";
import { makeCodes } from "./codes.ts";
import { makeFaults } from "../../faults.ts";
import { serve } from "./serve.ts";
import { accessToken } from "./tokens.ts";
import type { PrivyEmulator, PrivyEmulatorOptions, PrivyFault } from "./types.ts";
import { makeUsers } from "./users.ts";
import { makeVerbs } from "./verbs.ts";
import type { World } from "./world.ts";

/** Starts a Privy on loopback with one app, for its own server library and for browsers. */
export async function startPrivyEmulator(
  options: PrivyEmulatorOptions = {},
): Promise<PrivyEmulator> {
  const now = options.now ?? Date.now;
  const listeners = makeListeners();
  const faults = makeFaults<PrivyFault>();
  const webhookSecret = makeWebhookSecret();
  const webhooks = makeWebhooks({ sign: svixSigner(webhookSecret), now, changed: listeners.tell });
  const world: World = {
    appId: `c${randomBytes(12).toString("hex")}`,
    appSecret: randomBytes(32).toString("base64url"),
    key: await makeSigningKey("ES256"),
    users: makeUsers(now),
    codes: makeCodes(now),
    origins: new Set(),
    webhooks,
    now,
    changed: listeners.tell,
  };
  const server = await listenOnLoopback(options.port ?? 0, (path, error) => {
    console.error(`privy emulator: ${path}`, error);
  });
  server.serve({
    request: async (request, response) => await serve(world, faults, request, response),
  });

  const { appId, appSecret, codes, key } = world;
  const { send: _send, ...sending } = webhooks;
  return {
    ...sending,
    ...makeVerbs(world),
    url: server.url,
    appId,
    appSecret,
    webhookSecret,
    allowOrigin: (origin) => void world.origins.add(new URL(origin).origin),
    tokenFor: async (did, wanted = {}) =>
      await accessToken(key, { appId, did, now: now(), ...wanted }),
    mails: codes.mails,
    fault: faults.add,
    faults: faults.list,
    onChange: listeners.add,
    async close() {
      await webhooks.close();
      await server.close();
    },
  };
}

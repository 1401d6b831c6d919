import { randomBytes } from "node:crypto";
import { makeFaults, makeListeners } from "../../http/observing.ts";
import { handlersOf, listenOnLoopback } from "../../http/server.ts";
import { makeSigningKey, makeWebhookSecret, svixSigner } from "../signing.ts";
import { makeWebhooks } from "../webhooks.ts";
import { makeCodes } from "./codes.ts";
import { privyApp } from "./routes.ts";
import { accessToken, makePrivyActions, type World } from "./app.ts";
import type { PrivyEmulator, PrivyEmulatorOptions, PrivyFault } from "./types.ts";
import { makeUsers } from "./users.ts";

/** Starts a Privy on loopback with one app, for its own server library and for browsers. */
export async function startPrivyEmulator(
  options: PrivyEmulatorOptions = {},
): Promise<PrivyEmulator> {
  const now = options.now ?? Date.now;
  const listeners = makeListeners();
  const faults = makeFaults<PrivyFault>();
  const webhookSecret = makeWebhookSecret();
  const webhooks = makeWebhooks({
    sign: svixSigner(webhookSecret),
    now,
    changed: listeners.notify,
  });
  const world: World = {
    appId: `c${randomBytes(12).toString("hex")}`,
    appSecret: randomBytes(32).toString("base64url"),
    key: await makeSigningKey("ES256"),
    users: makeUsers(now),
    codes: makeCodes(now),
    origins: new Set(),
    webhooks,
    now,
    changed: listeners.notify,
  };
  const server = await listenOnLoopback({ name: "privy", port: options.port });
  server.serve(handlersOf(privyApp(world, faults)));

  const { appId, appSecret, codes, key } = world;
  const { send: _send, ...sending } = webhooks;
  return {
    ...sending,
    ...makePrivyActions(world),
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

export type {
  Mail,
  PrivyAccount,
  PrivyAccountRef,
  PrivyFault,
  PrivyEmulator,
  PrivyEmulatorOptions,
  PrivyUser,
  PrivyUserInput,
} from "./types.ts";

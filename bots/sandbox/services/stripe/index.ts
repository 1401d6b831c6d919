import { randomBytes, randomInt } from "node:crypto";
import { Stripe } from "stripe";
import { makeFaults, makeListeners } from "../../http/observing.ts";
import { listenOnLoopback } from "../../http/server.ts";
import { makeWebhooks, type Sign } from "../webhooks.ts";
import { setRequirements, type World } from "./world.ts";
import { renew } from "./billing.ts";
import { makeIdempotency, payOpen, serve } from "./serve.ts";
import { sessionNow } from "./routes.ts";
import type { StripeEmulator, StripeEmulatorOptions, StripeFault } from "./types.ts";

/** Starts a Stripe on loopback: its API for the library, its payment page for people. */
export async function startStripeEmulator(
  options: StripeEmulatorOptions = {},
): Promise<StripeEmulator> {
  const now = options.now ?? Date.now;
  const listeners = makeListeners();
  const faults = makeFaults<StripeFault>();
  const webhookSecret = makeSecret("whsec");
  const webhooks = makeWebhooks({ sign: signer(webhookSecret), now, changed: listeners.notify });
  const server = await listenOnLoopback({ name: "stripe", port: options.port });
  const world: World = {
    url: () => server.url,
    secretKey: makeSecret("sk_test"),
    webhooks,
    customers: new Map(),
    sessions: new Map(),
    subscriptions: new Map(),
    invoices: new Map(),
    payments: new Map(),
    products: new Map(),
    prices: new Map(),
    subscriptionMetadata: new Map(),
    declined: new Set(),
    addressLength: 0,
    now,
    changed: listeners.notify,
  };
  const once = makeIdempotency(now);
  server.serve({
    request: async (request, response) => await serve(world, faults, once, request, response),
  });

  const { send: _send, ...sending } = webhooks;
  return {
    ...sending,
    url: server.url,
    secretKey: world.secretKey,
    webhookSecret,
    sessions: () =>
      [...world.sessions.keys()]
        .flatMap((id) => sessionNow(world, id) ?? [])
        .map((session) => structuredClone(session))
        .toReversed(),
    customers: () => structuredClone([...world.customers.values()]),
    subscriptions: () => structuredClone([...world.subscriptions.values()]),
    invoices: () => structuredClone([...world.invoices.values()]),
    paidInAll: () =>
      [...world.invoices.values()].reduce((sum, { amount_paid: paid }) => sum + paid, 0),
    async pay(sessionId, options) {
      const session = sessionNow(world, sessionId);
      if (!session) throw new Error(`there is no page "${sessionId}"`);
      return structuredClone(await payOpen(world, session, options));
    },
    setCard(plazaUser, works) {
      if (works) world.declined.delete(plazaUser);
      else world.declined.add(plazaUser);
      world.changed();
    },
    lengthenAddresses(length) {
      world.addressLength = length;
    },
    cardWorks: (plazaUser) => !world.declined.has(plazaUser),
    setRequirements: async (plazaUser, due, options) =>
      await setRequirements(world, plazaUser, due, options),
    renew: async (options) => await renew(world, options),
    async repeatAll(times, options = {}) {
      const ids = webhooks.deliveries().flatMap(({ id }) => Array<string>(times).fill(id));
      while (ids.length > 0) {
        const [id] = ids.splice(randomInt(ids.length), 1);
        if (id !== undefined) await webhooks.resend(id, options);
      }
    },
    fault: faults.add,
    faults: faults.list,
    onChange: listeners.add,
    async close() {
      await webhooks.close();
      await server.close();
    },
  };
}

/** Signs as Stripe does, with its own library. */
function signer(secret: string): Sign {
  return async ({ at, body: payload, isForged }) => ({
    "stripe-signature": await Stripe.webhooks.generateTestHeaderStringAsync({
      payload,
      secret: isForged ? makeSecret("whsec") : secret,
      timestamp: Math.floor(at / 1000),
      cryptoProvider: Stripe.createSubtleCryptoProvider(),
    }),
  });
}

function makeSecret(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString("base64url")}`;
}

export type {
  Invoice,
  Session,
  StripeFault,
  StripeEmulator,
  StripeEmulatorOptions,
  Subscription,
} from "./types.ts";

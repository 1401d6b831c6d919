import { ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { WebSocket } from "ws";
import type { Engine } from "../../bots/sandbox/convex/engine.ts";
import { startConvexHost } from "../../bots/sandbox/convex/index.ts";
import type { PushCosts } from "./engine.ts";
import { quantile } from "./load.ts";

const subscriptions = 500;
const clients = 10;
const writes = 100;

const first = makeFunctionReference<"query", { group: string }, number[]>("entries:first");
type Entry = { group: string; rank: number };
const add = makeFunctionReference<"mutation", Entry, boolean>("entries:add");

/** Many subscriptions through the real client, and one write at a time: who is woken, and when. */
export async function pushed(
  functionsDir: string,
  createEngine: () => Promise<Engine>,
): Promise<PushCosts> {
  let executed = 0;
  const host = await startConvexHost({
    functionsDir,
    adminKey: "an admin key for this bench",
    createEngine,
    observe: ({ kind }) => {
      if (kind === "query") executed += 1;
    },
  });
  const connected = Array.from({ length: clients }, () => connect(host.url));
  let arrived = Promise.withResolvers<void>();
  let wanted: Entry | undefined;
  let known = 0;
  for (let index = 0; index < subscriptions; index += 1) {
    const group = `group ${index}`;
    connected[index % clients]?.onUpdate(first, { group }, (ranks) => {
      known += 1;
      if (known === subscriptions) arrived.resolve();
      if (wanted?.group === group && ranks.includes(wanted.rank)) arrived.resolve();
    });
  }
  await arrived.promise;

  const writer = connect(host.url);
  const taken: number[] = [];
  executed = 0;
  for (let turn = 0; turn < writes; turn += 1) {
    arrived = Promise.withResolvers();
    wanted = { group: `group ${(turn * 7) % subscriptions}`, rank: turn };
    const began = performance.now();
    const written = writer.mutation(add, wanted);
    await arrived.promise;
    taken.push(performance.now() - began);
    await written;
  }
  // A write still at work on the other clients' subscriptions ends before this is answered.
  await writer.query(first, { group: "nobody follows it" });
  const perWrite = (executed - 1) / writes;
  await Promise.all([...connected, writer].map((client) => client.close()));
  await host.close();
  return {
    subscriptions,
    executed: perWrite,
    p50: quantile(taken, 0.5),
    p95: quantile(taken, 0.95),
  };
}

const connect = (url: string): ConvexClient =>
  new ConvexClient(url, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });

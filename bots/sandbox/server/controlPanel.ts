import { z } from "zod";
import { openaiModes } from "../services/openai/index.ts";
import { readDuration } from "./webhookOptions.ts";
import { doGiving, givingState, givingAction } from "./giving.ts";
import { doIdentity, identityState, identityAction } from "./identity.ts";
import type { Sandbox } from "./sandbox.ts";

// What the page's control panel and scripts can do behind the scenes.

const faultKinds = ["429", "500-after", "drop-before", "drop-after", "slow"] as const;
const lumaFaultKinds = ["429", "rate-limit-page", "broken", "500", "drop"] as const;
const counted = {
  count: z.number().int().min(1).max(1000),
  retryAfter: z.number().min(0).optional(),
};

/** A place can be said by its name alone. */
const put = z
  .looseObject({ slug: z.string().min(1) })
  .transform(({ location, ...event }) =>
    location === undefined
      ? event
      : { ...event, location: typeof location === "string" ? { name: location } : location },
  );
const action = z.union([
  z.object({ do: z.literal("run"), cron: z.string() }),
  z.object({ do: z.literal("calendar"), put }),
  z.object({ do: z.literal("calendar"), remove: z.string() }),
  z.object({
    do: z.literal("fault"),
    platform: z.enum(["telegram", "discord"]),
    kind: z.enum(faultKinds),
    only: z.string().optional(),
    ...counted,
  }),
  z.object({
    do: z.literal("fault"),
    platform: z.literal("luma"),
    kind: z.enum(lumaFaultKinds),
    ...counted,
  }),
  z.object({ do: z.literal("openai"), mode: z.enum(openaiModes) }),
  z.object({ do: z.literal("needs"), answer: z.unknown() }),
  z.object({ do: z.literal("distribute") }),
  z.object({ do: z.literal("kill"), what: z.enum(["bots", "convex"]) }),
  z.object({ do: z.literal("clock"), advance: z.string() }),
]);

/**
 * Runs one control action and returns its result. @throws an error whose message is shown to the
 * caller
 */
export async function doControlAction(sandbox: Sandbox, asked: unknown): Promise<unknown> {
  const known = identityAction.safeParse(asked);
  if (known.success) return await doIdentity(sandbox.identity, known.data);
  const given = givingAction.safeParse(asked);
  if (given.success) return await doGiving(sandbox.giving, given.data);
  const read = action.safeParse(asked);
  if (!read.success)
    throw new Error("this is not something the control panel can do: see the README");
  const wanted = read.data;
  switch (wanted.do) {
    case "run":
      return await sandbox.convex.runCron(wanted.cron);
    case "calendar":
      if ("remove" in wanted) return sandbox.luma.remove(wanted.remove);
      return sandbox.luma.put(wanted.put);
    case "fault": {
      const { do: _do, platform, ...fault } = wanted;
      const { retryAfter, ...rest } = fault;
      const whole = { ...rest, ...(retryAfter !== undefined && { retryAfter }) };
      if (platform === "luma")
        return sandbox.luma.fault(whole as Parameters<typeof sandbox.luma.fault>[0]);
      return sandbox[platform].fault(whole as Parameters<typeof sandbox.telegram.fault>[0]);
    }
    case "openai":
      return sandbox.openai.behave(wanted.mode);
    case "needs":
      return sandbox.needs.say(wanted.answer);
    case "distribute":
      return await sandbox.convex.run("mutation", "scheduled:weeklyDistribution", { early: true });
    case "kill":
      if (wanted.what === "convex") return await sandbox.convex.kill();
      await sandbox.bots.kill();
      return await sandbox.bots.ready();
    case "clock":
      return sandbox.advance(readDuration(wanted.advance));
  }
}

/** One of the Discord server's own events, as its page there shows it. */
function scheduled(event: ReturnType<Sandbox["discord"]["events"]>[number]) {
  return {
    id: event.id,
    name: event.name,
    start: event.scheduled_start_time,
    end: event.scheduled_end_time,
    location: event.entity_metadata?.location ?? "",
    description: event.description ?? "",
  };
}

/** Everything the control panel shows. */
export async function controlPanelState(sandbox: Sandbox): Promise<object> {
  const { tables, crons, version } = await sandbox.convex.state();
  return {
    crons,
    tables,
    deliveries: await sandbox.convex.run("query", "deliveries:countByState", {}),
    faults: {
      telegram: sandbox.telegram.faults(),
      discord: sandbox.discord.faults(),
      luma: sandbox.luma.faults(),
      privy: sandbox.privy.faults(),
      stripe: sandbox.giving.stripe.faults(),
    },
    calendar: sandbox.luma.events(),
    scheduled: sandbox.discord.events().map(scheduled),
    openai: {
      mode: sandbox.openai.mode(),
      calls: sandbox.openai.calls(),
      waiting: sandbox.openai.waiting(),
    },
    identity: identityState(sandbox.identity),
    giving: await givingState(sandbox.giving),
    versions: { plaza: sandbox.version, convex: version, node: process.versions.node },
    clock: sandbox.clock(),
    bots: { running: sandbox.bots.isRunning() },
  };
}

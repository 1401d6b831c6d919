import { z } from "zod";
import { openaiModes } from "../openai/index.ts";
import { readDuration } from "./duration.ts";
import { givingState } from "./givingState.ts";
import { doGiving, givingWish } from "./givingWishes.ts";
import { identityState } from "./identityState.ts";
import { doIdentity, identityWish } from "./identityWishes.ts";
import type { Stage } from "./stage.ts";

// What the page's backstage and scripts can do behind the scenes.

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
const wish = z.union([
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

/** Does what was asked, and gives back what came of it; throws a sentence for what cannot be done. */
export async function doBackstage(stage: Stage, asked: unknown): Promise<unknown> {
  const known = identityWish.safeParse(asked);
  if (known.success) return await doIdentity(stage.identity, known.data);
  const given = givingWish.safeParse(asked);
  if (given.success) return await doGiving(stage.giving, given.data);
  const read = wish.safeParse(asked);
  if (!read.success) throw new Error("this is not something the backstage can do: see the README");
  const wanted = read.data;
  switch (wanted.do) {
    case "run":
      return await stage.convex.runCron(wanted.cron);
    case "calendar":
      if ("remove" in wanted) return stage.luma.remove(wanted.remove);
      return stage.luma.put(wanted.put);
    case "fault": {
      const { do: _do, platform, ...fault } = wanted;
      const { retryAfter, ...rest } = fault;
      const whole = { ...rest, ...(retryAfter !== undefined && { retryAfter }) };
      if (platform === "luma")
        return stage.luma.fault(whole as Parameters<typeof stage.luma.fault>[0]);
      return stage[platform].fault(whole as Parameters<typeof stage.telegram.fault>[0]);
    }
    case "openai":
      return stage.openai.behave(wanted.mode);
    case "needs":
      return stage.needs.say(wanted.answer);
    case "distribute":
      return await stage.convex.run("mutation", "scheduled:weeklyDistribution", { early: true });
    case "kill":
      if (wanted.what === "convex") return await stage.convex.kill();
      await stage.bots.kill();
      return await stage.bots.ready();
    case "clock":
      return stage.advance(readDuration(wanted.advance));
  }
}

/** One of the Discord server's own events, as its page there shows it. */
function scheduled(event: ReturnType<Stage["discord"]["events"]>[number]) {
  return {
    id: event.id,
    name: event.name,
    start: event.scheduled_start_time,
    end: event.scheduled_end_time,
    location: event.entity_metadata?.location ?? "",
    description: event.description ?? "",
  };
}

/** Everything the backstage shows. */
export async function backstageState(stage: Stage): Promise<object> {
  const { tables, crons, version } = await stage.convex.state();
  return {
    crons,
    tables,
    deliveries: await stage.convex.run("query", "deliveries:countByState", {}),
    faults: {
      telegram: stage.telegram.faults(),
      discord: stage.discord.faults(),
      luma: stage.luma.faults(),
      privy: stage.privy.faults(),
      stripe: stage.giving.stripe.faults(),
    },
    calendar: stage.luma.events(),
    scheduled: stage.discord.events().map(scheduled),
    openai: {
      mode: stage.openai.mode(),
      calls: stage.openai.calls(),
      waiting: stage.openai.waiting(),
    },
    identity: identityState(stage.identity),
    giving: await givingState(stage.giving),
    versions: { plaza: stage.version, convex: version, node: process.versions.node },
    clock: stage.clock(),
    bots: { running: stage.bots.isRunning() },
  };
}

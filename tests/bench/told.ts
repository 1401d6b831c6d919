import type { ChatEmulator } from "../../bots/sandbox/contract.ts";
import { api } from "../../convex/_generated/api.js";
import { platforms } from "../../shared/identity.ts";
import { asAdmin } from "../support/sandbox/audience.ts";
import { quantile } from "./load.ts";
import type { World } from "./world.ts";

export type Told = Record<(typeof platforms)[number] | "sync", { median: number; p95: number }>;

const times = 20;
const day = 86_400_000;

/** Milliseconds from a new event in the calendar, through a sync, to the message in the channel. */
export async function told(world: World): Promise<Told> {
  const taken = { telegram: [] as number[], discord: [] as number[], sync: [] as number[] };
  for (let index = 0; index < times; index++) {
    const title = `Told number ${index};`;
    const start = new Date(Date.now() + (index + 1) * day).toISOString();
    const began = performance.now();
    world.luma.put({ slug: `told-${index}`, title, start });
    const arrivals = platforms.map(async (platform) => {
      await shown(world[platform], title);
      taken[platform].push(performance.now() - began);
    });
    await syncNow(world);
    taken.sync.push(performance.now() - began);
    await Promise.all(arrivals);
  }
  const summary = (values: number[]) => ({
    median: quantile(values, 0.5),
    p95: quantile(values, 0.95),
  });
  return {
    sync: summary(taken.sync),
    telegram: summary(taken.telegram),
    discord: summary(taken.discord),
  };
}

/** An admin's sync of the only organization. */
export async function syncNow(world: World): Promise<void> {
  const admin = await asAdmin(world);
  const [org] = await admin.query(api.organizations.list, {});
  if (!org) throw new Error("there is no organization");
  await admin.action(api.events.sync.syncNow, { orgId: org._id });
}

/** Resolves the moment a message with this title is in the announcements channel. */
async function shown(emulator: ChatEmulator, title: string): Promise<void> {
  const isThere = () =>
    emulator
      .transcript({ in: "announcements", as: "leo" })
      .slice(-3)
      .some(({ text, embeds }) => `${text} ${embeds?.[0]?.title}`.includes(title));
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = emulator.onChange(() => {
    if (isThere()) resolve();
  });
  await promise;
  stop();
}

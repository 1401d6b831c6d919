import { seededCalendar } from "../../bots/sandbox/server/seed.ts";
import { startLumaEmulator } from "../../bots/sandbox/services/luma/index.ts";
import { internal } from "../../convex/_generated/api.js";
import { organization, startPlazaHere } from "./convex.ts";

export type Syncs = { events: number; first: number; unchanged: number; oneMoved: number };

const events = 50;
const day = 86_400_000;

/** Documents written by three syncs of a calendar: all new, nothing changed, one event moved. */
export async function syncs(): Promise<Syncs> {
  const luma = await startLumaEmulator({});
  process.env["LUMA_ORIGIN"] = luma.url;
  const t = startPlazaHere();
  const lumaCalendarUrl = "https://luma.com/plaza";
  const orgId = await t.run(
    async (ctx) => await ctx.db.insert("organizations", { ...organization, lumaCalendarUrl }),
  );
  const calendar = seededCalendar(Date.now());
  for (let index = 0; index < events; index++) {
    const model = calendar[index % calendar.length];
    if (model) luma.put({ ...model, slug: `event-${index}`, title: `Event ${index}` });
  }
  const sync = async () =>
    await writesOf(async () => {
      await t.action(internal.events.sync.syncOrgEvents, { orgId });
    });
  const first = await sync();
  const unchanged = await sync();
  luma.put({ slug: "event-1", start: new Date(Date.now() + 30 * day).toISOString() });
  const oneMoved = await sync();
  await luma.close();
  return { events, first, unchanged, oneMoved };
}

const writing = new Set(["1.0/insert", "1.0/shallowMerge", "1.0/replace", "1.0/remove"]);

type Syscalls = { asyncSyscall(op: string, args: string): Promise<string> };

/** Counts what functions write: every operation of theirs passes through the global `Convex`. */
async function writesOf(run: () => Promise<void>): Promise<number> {
  const runtime = globalThis as unknown as { Convex: Syscalls };
  const original = runtime.Convex;
  let writes = 0;
  runtime.Convex = new Proxy(original, {
    get(target, name: keyof Syscalls) {
      const known = target[name];
      if (name !== "asyncSyscall") return known;
      return async (op: string, args: string) => {
        if (writing.has(op)) writes += 1;
        return await known(op, args);
      };
    },
  });
  try {
    await run();
    return writes;
  } finally {
    runtime.Convex = original;
  }
}

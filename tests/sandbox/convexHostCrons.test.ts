import { describe, expect, test, vi } from "vitest";
import { createScheduler, nextDue } from "../../bots/sandbox/convex/crons.ts";
import type { Cron, CronSchedule } from "../../bots/sandbox/convex/engine.ts";
import { allowLongTimers } from "../support/convexTestEngine/longTimers.ts";

const start = Date.UTC(2031, 0, 31, 12, 30);
const minute = 60_000;
const day = 24 * 60 * minute;

/** A scheduler with a clock to turn, and what it has run. */
function scheduled(schedule: CronSchedule, run: () => Promise<void> = () => Promise.resolve()) {
  const clock = { now: start };
  const ran: number[] = [];
  const cron: Cron = { name: "job", path: "jobs:run", args: {}, schedule };
  const scheduler = createScheduler({
    crons: [cron],
    now: () => clock.now,
    run: async () => {
      ran.push(clock.now);
      await run();
    },
  });
  const at = async (time: number): Promise<void> => {
    clock.now = time;
    scheduler.check();
    // Lets a finished run be noticed before the next look.
    await new Promise(setImmediate);
  };
  return { scheduler, ran, at };
}

describe("a cron", () => {
  test.each<[string, CronSchedule, number]>([
    ["hourly", { type: "hourly", minuteUTC: 7 }, Date.UTC(2031, 0, 31, 13, 7)],
    ["daily", { type: "daily", hourUTC: 12, minuteUTC: 30 }, Date.UTC(2031, 1, 1, 12, 30)],
    ["weekly", { type: "weekly", dayOfWeek: "monday", hourUTC: 9 }, Date.UTC(2031, 1, 3, 9)],
    ["monthly", { type: "monthly", day: 31, hourUTC: 4 }, Date.UTC(2031, 2, 31, 4)],
    ["cron", { type: "cron", cron: "*/20 * * * *" }, Date.UTC(2031, 0, 31, 12, 40)],
  ])("%s is due at the next time of its schedule, in UTC", (_, schedule, due) => {
    expect(new Date(nextDue(schedule, start) ?? 0)).toEqual(new Date(due));
  });

  test("runs when it is due, and not before, however far that is", async () => {
    const { ran, at } = scheduled({ type: "monthly", day: 31, hourUTC: 4 });
    const due = Date.UTC(2031, 2, 31, 4);
    for (const time of [start, start + 25 * day, due - 1, due, due + 1000]) await at(time);
    expect(ran).toEqual([due]);
  });

  test("on an interval runs at the start, keeps its beat, and runs once for what it missed", async () => {
    const { ran, at } = scheduled({ type: "interval", minutes: 5 });
    const late = start + 17 * minute;
    for (const time of [start, start + 1000, start + 5 * minute, late, start + 20 * minute]) {
      await at(time);
    }
    expect(ran).toEqual([start, start + 5 * minute, late, start + 20 * minute]);
  });

  test("that still runs is left out when it is due again", async () => {
    const running = Promise.withResolvers<void>();
    const { ran, at } = scheduled({ type: "interval", minutes: 1 }, () => running.promise);
    await at(start);
    await at(start + minute);
    expect(ran).toEqual([start]);
    running.resolve();
    await new Promise(setImmediate);
    await at(start + 2 * minute);
    expect(ran).toEqual([start, start + 2 * minute]);
  });

  test("whose due time is kept runs once for what it missed, and keeps the next before it runs", async () => {
    const kept: (number | null)[] = [];
    const ran: number[] = [];
    const cron: Cron = {
      name: "job",
      path: "jobs:run",
      args: {},
      schedule: { type: "hourly", minuteUTC: 0 },
    };
    const scheduler = createScheduler({
      crons: [cron],
      now: () => start,
      times: {
        get: () => start - 3 * 60 * minute,
        set: async (_, due) => void kept.push(due),
      },
      run: async () => void ran.push(kept.length),
    });
    scheduler.check();
    scheduler.check();
    await new Promise(setImmediate);
    expect([kept, ran]).toEqual([[start + 30 * minute], [1]]);
  });

  test("run by hand tells of its failure; run by the clock it goes on", async () => {
    const { scheduler, ran, at } = scheduled({ type: "interval", minutes: 1 }, () =>
      Promise.reject(new Error("broken")),
    );
    await expect(scheduler.runNow("job")).rejects.toThrow("broken");
    await at(start);
    await at(start + minute);
    expect(ran).toHaveLength(3);
  });
});

test("a timer of more than 24.8 days waits its time", () => {
  vi.useFakeTimers();
  const undo = allowLongTimers();
  try {
    const fired = vi.fn<() => void>();
    setTimeout(fired, 60 * day);
    vi.advanceTimersByTime(60 * day - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  } finally {
    undo();
    vi.useRealTimers();
  }
});

import type { CronTimes } from "../engine.ts";
import type { Commits } from "./commits.ts";
import type { Database } from "./database.ts";

/** When each cron is due next, kept over restarts; forgotten where its schedule is another now. */
export const createCronTimes = (database: Database, commits: Commits): CronTimes => ({
  get({ name, schedule }) {
    const kept = database.get<{ due: number | null; schedule: string }>(
      "SELECT due, schedule FROM crons WHERE name = ?",
      name,
    );
    return kept?.schedule === JSON.stringify(schedule) ? kept.due : undefined;
  },
  async set({ name, schedule }, due) {
    await commits.write(async () => {
      database.run(
        "INSERT OR REPLACE INTO crons VALUES (?, ?, ?)",
        name,
        due,
        JSON.stringify(schedule),
      );
    });
  },
});

import { cronJobs, makeFunctionReference } from "convex/server";

const crons = cronJobs();

crons.daily(
  "nightly note",
  { hourUTC: 3, minuteUTC: 17 },
  makeFunctionReference<"mutation">("notes:nightly"),
  { author: "cron" },
);

export default crons;

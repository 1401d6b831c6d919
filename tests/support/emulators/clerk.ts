import { onTestFinished } from "vitest";
import { startClerkEmulator } from "../../../bots/sandbox/services/clerk/index.ts";
import { receiver } from "./webhookReceiver.ts";

export const MIA = {
  emails: [{ address: "mia@example.com" }, { address: "mia@work.example", verified: false }],
  username: "mia",
  firstName: "Mia",
  lastName: "Fischer",
};

/** A Clerk and a receiver of its webhooks. The clock is the machine's until it is moved. */
export async function setUp() {
  const clock = { movedMs: 0 };
  const clerk = await startClerkEmulator({ now: () => Date.now() + clock.movedMs });
  onTestFinished(() => clerk.close());
  const { url, received } = await receiver(clerk.webhookSecret);
  clerk.sendTo(url);
  return { clerk, clock, received };
}

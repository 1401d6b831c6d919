import { pollLimitMs } from "../support/timeLimits.ts";
import { expect, test } from "vitest";
import { addAudience, announce, heard, unknownOnes } from "../support/sandbox/audience.ts";
import { acting } from "../support/sandbox/acts.ts";
import { answerOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// The Convex host is killed while everything goes on, and started again on the same file.

const perPlatform = 60;
const kills = 10;
const title = "Plaza turns two";

const plaza = useSandbox();
const { say } = acting(plaza);

test("a host that is killed while it announces tells every channel, each once", async () => {
  const { sandbox } = plaza;
  await addAudience(sandbox, perPlatform);
  await announce(sandbox, { slug: "plaza-turns-two", title });
  const all = 2 * perPlatform;
  for (let kill = 1; kill <= kills; kill++) {
    await soon(async () => sent() >= Math.floor((all * kill) / (kills + 1)));
    await sandbox.convex.kill();
    // What a dead transaction left leased is free again when the lease has run out.
    sandbox.advance(21_000);
  }
  await soon(async () => {
    const done = ((await sandbox.convex.state()).tables["outboxes"] ?? 0) === 0;
    if (!done && sent() === all) sandbox.advance(21_000);
    return done;
  });
  const unknown = await unknownOnes(sandbox);
  const [telegram, discord] = counts();
  expect(discord).toEqual(discord.map(() => 1));
  // Telegram has no key for repeats; of what is not known the ledger says so.
  expect(Math.max(...telegram)).toBeLessThanOrEqual(2);
  expect(telegram.filter((count) => count === 0).length).toBeLessThanOrEqual(unknown);
});

test("and answers afterwards as before", async () => {
  await until(async () => {
    const answer = await say("ana", "/me");
    return wordsOf(answerOf(answer)).includes("Ana Torres");
  });
});

/** The clients wait up to sixteen seconds before they try to connect again. */
async function soon(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: pollLimitMs, interval: 50 }).toBe(true);
}

function counts(): [number[], number[]] {
  const { telegram, discord } = plaza.sandbox;
  return [heard(telegram, perPlatform, title), heard(discord, perPlatform, title)];
}

function sent(): number {
  return counts()
    .flat()
    .reduce((sum, count) => sum + Math.min(count, 1), 0);
}

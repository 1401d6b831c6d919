import { pollLimitMs } from "../support/timeLimits.ts";
import { beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../bots/sandbox/server/sandbox.ts";
import { platforms } from "../../shared/identity.ts";
import { reasonText } from "../../shared/messages/applicationCard.ts";
import { texts } from "../../shared/texts/index.ts";
import {
  type Applicant,
  applyAll,
  crowdOf,
  type Decided,
  decisions,
  forAll,
} from "../support/sandbox/crowd.ts";
import {
  type Case,
  cardsOf,
  decide,
  type Moderator,
  type Said,
  statusOf,
} from "../support/sandbox/moderators.ts";
import { acting } from "../support/sandbox/acts.ts";
import { labelsOf, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const many = 400;
const together = 5;
const kills = [16, 36, 60];
const pastLeaseMs = 21_000;
/**
 * Three answers in three seconds are what Telegram lets a bot give one moderator: after each round
 * the clock is moved by so much. Both platforms' limits are on until all are decided.
 */
const roundMs = 3_300;
/** The longest that a platform has asked to wait. */
const limitMs = 60_000;

const crowd = crowdOf(many);
const plaza = useSandbox({ crowd });
const ana: Moderator = { key: "ana", name: "Ana Torres", platform: "telegram", locale: "es" };
const leo: Moderator = { key: "leo", name: "Leo Park", platform: "discord", locale: "en" };

type Try = { by: Moderator; of: Case; said: Said; isDisturbed: boolean };

describe("four hundred applications, two moderators at once, one in each platform", () => {
  let applicants: Applicant[] = [];
  let decided: Decided[] = [];
  const tries: Try[] = [];
  let auditBefore = 0;

  beforeAll(async () => {
    const { sandbox } = plaza;
    await makeModerator(plaza);
    // Telegram lets nobody be written to who has not pressed Start.
    await forAll(crowd.filter(isEven), async ({ key }) => {
      await sandbox.telegram.act({ as: key, in: "dm", do: "addBot" });
    });
    for (const platform of platforms) sandbox[platform].limitRates(true);
    applicants = await applyAll(sandbox, crowd);
    auditBefore = (await sandbox.convex.state()).tables["auditLog"] ?? 0;
  });

  test("all are decided, though the bots are killed thrice", async () => {
    const { sandbox } = plaza;
    const began = performance.now();
    for (let first = 0; first < many; first += together) {
      const round = applicants.slice(first, first + together);
      const isDisturbed = kills.includes(first / together);
      const killed = isDisturbed ? kill(sandbox) : undefined;
      tries.push(...(await bothDecide(sandbox, round, first, isDisturbed)));
      await killed;
      if (isDisturbed) await doubtsSettled(sandbox);
      sandbox.advance(roundMs);
    }
    console.log(`${many} decided in ${seconds(began)} s`);
    const draining = performance.now();
    // Cards are corrected behind all that were owed before: by the limits that takes many minutes.
    for (const platform of platforms) sandbox[platform].limitRates(false);
    sandbox.advance(limitMs);
    await soon(async () => {
      // Conversations in Discord are opened one a second.
      sandbox.advance(roundMs);
      return ((await sandbox.convex.state()).tables["outboxes"] ?? 0) === 0;
    }, 100);
    decided = await decisions(sandbox, applicants);
    expect(decided).toHaveLength(many);
    console.log(`the rest of the ledger: ${seconds(draining)} s`, JSON.stringify(traffic(sandbox)));
  });

  test("each is decided once, and who came second is told so", async () => {
    const { tables } = await plaza.sandbox.convex.state();
    expect((tables["auditLog"] ?? 0) - auditBefore).toBe(many);
    for (const { applicationId, status, reviewerName } of decided) {
      const mine = tries.filter(({ of }) => of.applicationId === applicationId);
      const winner = mine.find(({ said }) => said === "done");
      // Of the moderator whose bot died nobody knows whether they heard that they were first.
      if (!winner && mine.some(({ isDisturbed }) => isDisturbed)) continue;
      expect([reviewerName, status]).toEqual([winner?.by.name, winner && statusOf(winner.of)]);
      const heard = mine.map(({ said }) => said).toSorted();
      expect(heard).toEqual(mine.length === 2 ? ["already", "done"] : ["done"]);
    }
  });

  test.each(platforms)("no card in %s is left stale", (platform) => {
    const t = texts("en");
    const titles = new Map(
      decided.map(({ name, status }) => [name, t(`card.title.${status}`, { name })]),
    );
    const cards = cardsOf(plaza.sandbox, platform);
    const stale = cards.filter((card) => {
      const [name = ""] = /Crowd\d+/.exec(wordsOf(card)) ?? [];
      return labelsOf(card).length > 0 || !wordsOf(card).includes(titles.get(name) ?? "?");
    });
    expect(cards.length).toBeGreaterThan(20);
    // Of a card that was on its way when the bot died Telegram may have one that nobody knows of.
    expect(stale.length).toBeLessThanOrEqual(platform === "telegram" ? kills.length : 0);
  });

  test("everybody is told what was decided: in Discord once, in Telegram at least once", () => {
    const times = decided.map((one) => ({
      platform: one.platform,
      count: told(plaza.sandbox, one),
    }));
    const inDiscord = times.filter(({ platform }) => platform === "discord");
    const inTelegram = times.filter(({ platform }) => platform === "telegram");
    expect(inDiscord.filter(({ count }) => count !== 1)).toEqual([]);
    expect(inTelegram.filter(({ count }) => count < 1 || count > 2)).toEqual([]);
    const twice = inTelegram.filter(({ count }) => count === 2).length;
    expect(twice).toBeLessThanOrEqual(kills.length);
  });

  test("exactly the approved have the role in Discord", () => {
    for (const { person, platform, status } of decided) {
      const shouldHave = platform === "discord" && status === "approved";
      expect(plaza.sandbox.discord.rolesOf(person.key)).toHaveLength(shouldHave ? 1 : 0);
    }
  });

  test("nothing in the ledger is dead, in doubt or open", async () => {
    const states = await plaza.sandbox.convex.run("query", "deliveries:countByState", {});
    const known = Object.keys(states as object).toSorted();
    expect(known.filter((state) => !["sent", "suppressed", "cancelled"].includes(state))).toEqual(
      [],
    );
  });
});

const isEven = (_: unknown, index: number) => index % 2 === 0;
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

async function makeModerator({ sandbox }: typeof plaza) {
  await sandbox.telegram.act({ as: "ana", in: "dm", do: "addBot" });
  await acting(plaza).sayAndConfirm("leo", "/role ana moderator");
  // An admin of the configuration gets their account at their first word, and a line in the log.
  await sandbox.discord.act({ as: "leo", in: "dm", do: "command", name: "pending" });
}

/** The first of each round is tried by both at the same moment, the others by one of them. */
async function bothDecide(
  sandbox: Sandbox,
  round: Applicant[],
  first: number,
  isDisturbed: boolean,
): Promise<Try[]> {
  const cases = round.map((applicant, index) => caseOf(applicant, first + index));
  const one = async (by: Moderator, mine: Case[]) => {
    const tries: Try[] = [];
    for (const of of mine) tries.push({ by, of, said: await tell(sandbox, by, of), isDisturbed });
    return tries;
  };
  const [both, ...others] = cases as [Case, ...Case[]];
  const other = { ...both, action: both.action === "approve" ? "reject" : "approve" } as const;
  const done = await Promise.all([
    one(ana, [both, ...others.slice(0, 2)]),
    one(leo, [other, ...others.slice(2)]),
  ]);
  return done.flat();
}

function caseOf({ person, applicationId }: Applicant, index: number): Case {
  const action = index % 3 === 0 ? "reject" : "approve";
  return {
    name: person.name,
    applicationId,
    action,
    reason: `we know too little of ${person.key}`,
  };
}

/** Who gets no answer, because the bot died, tries again. */
async function tell(sandbox: Sandbox, by: Moderator, one: Case): Promise<Said> {
  for (let tries = 0; tries < 5; tries++) {
    const said = await decide(sandbox, by, one);
    if (said !== "nothing") return said;
    await sandbox.bots.ready();
  }
  return "nothing";
}

async function kill(sandbox: Sandbox) {
  await sandbox.bots.kill();
  sandbox.advance(pastLeaseMs);
  await sandbox.bots.ready();
}

/** Until nothing is held by a process that is dead: Discord knows a repeat for some minutes only. */
async function doubtsSettled(sandbox: Sandbox) {
  await soon(async () => {
    const states = await sandbox.convex.run("query", "deliveries:countByState", {});
    return (states as Record<string, number>)["sending"] === undefined;
  });
}

/** Waits until something was so for a moment. */
async function soon(look: () => Promise<boolean>, interval = 20) {
  await expect.poll(look, { timeout: pollLimitMs, interval }).toBe(true);
}

/** How often somebody was told, in the words of the decision and in their language. */
function told(sandbox: Sandbox, { person, platform, status, reason }: Decided): number {
  const t = texts(person.language === "es" ? "es" : "en");
  const title = t(status === "approved" ? "notice.approved.title" : "notice.rejected.title");
  const why = reasonText(reason, t);
  return sandbox[platform]
    .transcript({ in: "dm", as: person.key })
    .map(wordsOf)
    .filter((words) => words.includes(title) && words.includes(why)).length;
}

function traffic(sandbox: Sandbox) {
  return platforms.map((platform) => {
    const all = sandbox[platform].requests();
    const edits = all.filter(({ method, status }) => /PATCH|edit/.test(method) && status === 200);
    const refused = all.filter(({ status }) => status === 429);
    const cards = cardsOf(sandbox, platform).length;
    return { platform, cards, edits: edits.length, refused: refused.length };
  });
}

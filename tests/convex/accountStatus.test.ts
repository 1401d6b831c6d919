import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Doc } from "../../convex/_generated/dataModel.js";
import {
  behind,
  people,
  plazaOfFour,
  run,
  type Step,
  wayOf,
  waysIn,
} from "../support/convex/accountModel.ts";
import { failedJobs, type Plaza, rows } from "../support/convex/plaza.ts";

// Whatever happens to people in whatever order, these hold.

const who = fc.constantFrom(...people);
const chat = fc.constantFrom("telegram" as const, "discord" as const);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("submit", "submit", "withdraw", "arrive", "delete", "link", "unlink"),
      who,
      in: chat,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("signIn" as const, "revoke" as const), who }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("decide" as const),
      by: fc.constantFrom(0, 1, 1, 2),
      about: who,
      decision: fc.constantFrom("approve" as const, "approve" as const, "reject" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("approveAll" as const), by: who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("role" as const),
      by: fc.constantFrom(0, 0, 1),
      to: who,
      role: fc.constantFrom("member" as const, "moderator" as const, "admin" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("status" as const),
      by: fc.constantFrom(0, 0, 1),
      to: who,
      event: fc.constantFrom("suspend" as const, "ban" as const, "restore" as const),
    }),
  },
);

type Users = Map<string, Doc<"users">>;

function isBlocked(user: Doc<"users"> | undefined): boolean {
  return user?.accountStatus === "suspended" || user?.accountStatus === "banned";
}

/** Nobody who was barred is anything else now, by any way in, unless an admin has just said so. */
function checkBars(before: Users, after: Users, done: Step): void {
  const isRestore = done.do === "status" && done.event === "restore";
  for (const [way, user] of before) {
    if (!isBlocked(user) || isBlocked(after.get(way))) continue;
    expect({ way, isRestore, by: done }).toMatchObject({ isRestore: true });
    // The admin of the configuration may not have said a word yet in this chat.
    const admin = after.get(wayOf(done.do === "status" ? done.by : 0, "telegram"));
    expect(admin).toMatchObject({ role: "admin", accountStatus: "active" });
  }
  // A ban is lifted by nothing but that either: not even made a suspension.
  const banned = [...before].filter(([, user]) => user.accountStatus === "banned" && !isRestore);
  for (const [way] of banned) expect(after.get(way)?.accountStatus).toBe("banned");
}

/** Nobody is a member who was not approved, restored, or an admin of the configuration. */
function checkMembers(before: Users, after: Users, done: Step): void {
  const ways = ["decide", "approveAll", "status", "link"];
  for (const [way, user] of after) {
    const was = before.get(way)?.accountStatus;
    if (user.accountStatus !== "active" || was === "active") continue;
    const isConfigured = user.role === "admin" && user.wasBootstrapped === true;
    expect({ way, done, isRight: isConfigured || ways.includes(done.do) }).toMatchObject({
      isRight: true,
    });
  }
}

/** What waits belongs to somebody who waits; who waits has one application that does. */
async function checkApplications(t: Plaza): Promise<void> {
  const users = (await rows(t, "users")).filter(({ deletedAt }) => deletedAt === undefined);
  const applications = await rows(t, "applications");
  const waiting = applications.filter(({ status }) => status === "pending");
  const owners = waiting.map(({ userId }) => userId);
  expect(new Set(owners).size).toBe(owners.length);
  const waiters = users.filter(({ accountStatus }) => accountStatus === "pending");
  for (const { _id } of waiters) expect(owners).toContain(_id);
  for (const owner of owners) {
    const status = users.find(({ _id }) => _id === owner)?.accountStatus;
    // A member whose other half waits is both until that is decided.
    expect(["pending", "active"]).toContain(status);
  }
  const log = await rows(t, "auditLog");
  for (const status of ["approved", "rejected"] as const) {
    const decisions = applications.filter((row) => row.status === status);
    expect(log.filter(({ action }) => action === status)).toHaveLength(decisions.length);
    for (const { reviewer, decidedAt } of decisions)
      expect([typeof reviewer, typeof decidedAt]).toEqual(["string", "number"]);
  }
}

test("no order of events leads around a bar, or makes an application and its user disagree", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      const t = await plazaOfFour();
      let before = await behind(t);
      for (const one of steps) {
        const result = await run(t, one);
        const after = await behind(t);
        checkBars(before, after, one);
        checkMembers(before, after, one);
        await checkApplications(t);
        seen.add(`${one.do} ${"event" in one ? one.event : ""} ${result}`);
        before = after;
      }
      expect(await failedJobs(t)).toEqual([]);
      // Whoever comes back from a bar comes back without the rights they had.
      expect([...before.values()].filter((one) => isBlocked(one) && one.role !== "member")).toEqual(
        [],
      );
    }),
    { numRuns: 120, seed: 1124 },
  );
  // The steps have been where it matters.
  for (const one of ["status restore allowed", "status ban allowed", "submit  banned"])
    expect([...seen]).toContain(one);
  for (const one of ["decide  allowed", "link  allowed", "delete  allowed", "unlink  allowed"])
    expect([...seen]).toContain(one);
});

describe("back from a bar", () => {
  test.each([
    ["a member is a member again, without their role", ["moderator"], "active"],
    ["an applicant applies anew", [], "incomplete"],
  ] as const)("%s", async (_title, roles, expected) => {
    const t = await plazaOfFour();
    await run(t, { do: "submit", who: 2, in: "telegram" });
    for (const role of roles) {
      await run(t, { do: "decide", by: 1, about: 2, decision: "approve" });
      await run(t, { do: "role", by: 0, to: 2, role });
    }
    await run(t, { do: "status", by: 0, to: 2, event: "suspend" });
    await run(t, { do: "status", by: 0, to: 2, event: "ban" });
    expect((await behind(t)).get(wayOf(2, "telegram"))?.role).toBe("member");
    await run(t, { do: "status", by: 0, to: 2, event: "restore" });
    expect((await behind(t)).get(wayOf(2, "telegram"))).toMatchObject({
      accountStatus: expected,
      role: "member",
    });
  });
});

test("an applicant who turns out to be barred waits for nothing any more", async () => {
  const t = await plazaOfFour();
  await run(t, { do: "signIn", who: 2 });
  await run(t, { do: "status", by: 0, to: 2, event: "suspend" });
  expect(await run(t, { do: "submit", who: 2, in: "telegram" })).toBe("allowed");
  expect(await run(t, { do: "link", who: 2, in: "telegram" })).toBe("allowed");
  expect((await behind(t)).get(wayOf(2, "telegram"))?.accountStatus).toBe("suspended");
  await checkApplications(t);
  const theirs = (await rows(t, "applications")).at(-1);
  expect(theirs?.status).toBe("withdrawn");
});

describe("whoever is banned", () => {
  test.each<[string, Step[]]>([
    ["applies", [{ do: "submit", who: 2, in: "telegram" }]],
    ["withdraws", [{ do: "withdraw", who: 2, in: "telegram" }]],
    ["is approved after all", [{ do: "decide", by: 1, about: 2, decision: "approve" }]],
    ["is among all that are approved", [{ do: "approveAll", by: 1 }]],
    [
      "links, and unlinks",
      [
        { do: "link", who: 2, in: "telegram" },
        { do: "unlink", who: 2, in: "telegram" },
      ],
    ],
    [
      "deletes their account and comes back",
      [
        { do: "delete", who: 2, in: "telegram" },
        { do: "submit", who: 2, in: "telegram" },
      ],
    ],
    [
      "signs in with Privy, and links",
      [
        { do: "signIn", who: 2 },
        { do: "link", who: 2, in: "telegram" },
      ],
    ],
    [
      "links their other chat account",
      [
        { do: "link", who: 2, in: "telegram" },
        { do: "link", who: 2, in: "discord" },
      ],
    ],
    [
      "loses the account at Privy",
      [
        { do: "link", who: 2, in: "telegram" },
        { do: "revoke", who: 2 },
      ],
    ],
    ["is restored by a moderator", [{ do: "status", by: 1, to: 2, event: "restore" }]],
    ["is suspended", [{ do: "status", by: 0, to: 2, event: "suspend" }]],
    ["is made an admin", [{ do: "role", by: 0, to: 2, role: "admin" }]],
  ])("%s: and is banned", async (_title, steps) => {
    const t = await plazaOfFour();
    await run(t, { do: "submit", who: 2, in: "telegram" });
    await run(t, { do: "status", by: 0, to: 2, event: "ban" });
    for (const one of steps) await run(t, one);
    const now = await behind(t);
    const theirs = waysIn.map((way) => now.get(wayOf(2, way))).filter((one) => one !== undefined);
    expect(now.get(wayOf(2, "telegram"))).toBeDefined();
    for (const user of theirs)
      expect(user).toMatchObject({ accountStatus: "banned", role: "member" });
  });
});

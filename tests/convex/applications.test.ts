import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { refused, userBehind } from "../support/convex/people.ts";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  owed,
  plazaWithModerators,
  secondModerator,
} from "../support/convex/applications.ts";
import {
  as,
  begin,
  everything,
  failedJobs,
  hour,
  minute,
  pass,
  rows,
  settled,
} from "../support/convex/plaza.ts";

// Applying and deciding.

const wanda = "telegram:810";

describe("the form", () => {
  const letters = (count: number) => "x".repeat(count);
  test.each([
    [{ goal: "" }, "bad-goal"],
    [{ goal: "   " }, "bad-goal"],
    [{ goal: "x" }, "allowed"],
    [{ goal: ` ${letters(280)} ` }, "allowed"],
    [{ goal: letters(281) }, "bad-goal"],
    [{ motivation: "" }, "bad-motivation"],
    [{ motivation: "x" }, "allowed"],
    [{ motivation: letters(500) }, "allowed"],
    [{ motivation: letters(501) }, "bad-motivation"],
    [{ otherNames: "" }, "allowed"],
    [{ otherNames: letters(200) }, "allowed"],
    [{ otherNames: letters(201) }, "bad-other-names"],
    [{ goal: "🦊".repeat(140) }, "allowed"],
    [{ goal: "🦊".repeat(141) }, "bad-goal"],
  ])("%#: is taken or refused by its lengths", async (written, expected) => {
    const t = await plazaWithModerators();
    const before = await everything(t);
    const form = { goal: "To learn", motivation: "Curious", name: "Wanda", ...written };
    expect(await refused(as(t, wanda).mutation(api.applications.submit, form))).toBe(expected);
    const made = await rows(t, "applications");
    expect(made).toHaveLength(expected === "allowed" ? 1 : 0);
    // A refused form leaves no user behind.
    const after = expected === "allowed" ? before : await everything(t);
    expect(after).toEqual(before);
  });

  test("keeps what was written without the spaces around it, and who wrote it", async () => {
    const t = await plazaWithModerators();
    const written = { goal: " Learn ", motivation: "\nTeach ", otherNames: " wan ", handle: "Wan" };
    expect(await applyAs(t, wanda, written)).toMatchObject({
      goal: "Learn",
      motivation: "Teach",
      otherNames: "wan",
      name: "Wanda",
      handle: "Wan",
      platform: "telegram",
      platformUserId: "810",
      status: "pending",
      appliedAt: begin,
    });
    expect(await userBehind(t, wanda)).toMatchObject({ accountStatus: "pending", role: "member" });
  });
});

test("the first decision wins: the second moderator is told who decided and when", async () => {
  const t = await plazaWithModerators();
  const { _id } = await applyAs(t, wanda);
  const first = await decideAs(t, moderator, _id, "approve");
  expect(first).toMatchObject({ isNew: true, application: { status: "approved" } });
  await pass(t, minute);
  const before = await everything(t);
  const second = await decideAs(t, secondModerator, _id, "reject", "too late");
  expect(second).toEqual({ isNew: false, application: first.application });
  expect(second.application).toMatchObject({
    reviewerName: "Name of telegram:801",
    decidedAt: begin,
  });
  expect(await everything(t)).toEqual(before);
});

test("two moderators decide at once: one of them does", async () => {
  const t = await plazaWithModerators();
  const { _id: applicationId } = await applyAs(t, wanda);
  const answers = await Promise.all(
    [moderator, secondModerator].map(
      async (who) =>
        await as(t, who).mutation(api.applications.decide, { applicationId, decision: "approve" }),
    ),
  );
  expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
  const log = (await rows(t, "auditLog")).filter(({ action }) => action === "approved");
  expect(log).toHaveLength(1);
});

test.each([
  ["approve", undefined, { status: "approved" }, "active"],
  ["reject", undefined, { status: "rejected" }, "incomplete"],
  ["reject", "code:unclear", { status: "rejected", reason: "code:unclear" }, "incomplete"],
  ["reject", "  ", { status: "rejected" }, "incomplete"],
  ["reject", ` ${"y".repeat(400)}`, { status: "rejected", reason: "y".repeat(300) }, "incomplete"],
] as const)("%s with the reason %j", async (decision, reason, expected, accountStatus) => {
  const t = await plazaWithModerators();
  const { _id } = await applyAs(t, wanda);
  const { application } = await decideAs(t, moderator, _id, decision, reason);
  expect(application).toMatchObject(expected);
  expect("reason" in application).toBe("reason" in expected);
  expect((await userBehind(t, wanda))?.accountStatus).toBe(accountStatus);
});

test("whoever was rejected, or withdrew, applies anew", async () => {
  const t = await plazaWithModerators();
  await decideAs(t, moderator, (await applyAs(t, wanda))._id, "reject");
  await applyAs(t, wanda, { goal: "Better" });
  await as(t, wanda).mutation(api.applications.withdraw, {});
  await decideAs(t, moderator, (await applyAs(t, wanda, { goal: "Best" }))._id);
  const states = (await rows(t, "applications")).map(({ status, goal }) => [status, goal]);
  expect(states).toEqual([
    ["rejected", "To learn"],
    ["withdrawn", "Better"],
    ["approved", "Best"],
  ]);
  const log = (await rows(t, "auditLog")).map(({ action }) => action);
  expect(log).toEqual(["applied", "rejected", "applied", "withdrawn", "applied", "approved"]);
});

test.each(["x", "", "telegram:810"])(
  "there is no application %j to decide",
  async (applicationId) => {
    const t = await plazaWithModerators();
    const asked = as(t, moderator).mutation(api.applications.decide, {
      applicationId,
      decision: "approve",
    });
    expect(await refused(asked)).toBe("no-such-application");
  },
);

test.each(["suspend", "ban"] as const)(
  "an applicant whom an admin has barred (%s) cannot be approved",
  async (event) => {
    const t = await plazaWithModerators();
    const { _id, userId } = await applyAs(t, wanda);
    await as(t, admin).mutation(api.users.setStatus, { userId, event });
    const { isNew, application } = await decideAs(t, moderator, _id);
    expect({ isNew, status: application.status }).toEqual({ isNew: false, status: "withdrawn" });
    expect((await userBehind(t, wanda))?.accountStatus).not.toBe("active");
  },
);

test("an applicant who is gone cannot be approved", async () => {
  const t = await plazaWithModerators();
  const { _id } = await applyAs(t, wanda);
  await as(t, wanda).mutation(api.users.softDelete, {});
  expect((await decideAs(t, moderator, _id)).isNew).toBe(false);
  expect(await owed(t, "role")).toEqual([]);
});

describe("approving all", () => {
  async function plazaWithMany(count: number) {
    const t = await plazaWithModerators();
    for (let number = 0; number < count; number++)
      await applyAs(t, `telegram:${9000 + number}`, { name: `Person ${number}` });
    return t;
  }
  const statuses = async (t: Awaited<ReturnType<typeof plazaWithMany>>) => {
    const all = (await rows(t, "applications")).map(({ status }) => status);
    return { approved: all.filter((one) => one === "approved").length, of: all.length };
  };

  test("takes everybody who waited, in batches", async () => {
    const t = await plazaWithMany(45);
    await as(t, moderator).mutation(api.applications.approveAll, { until: Date.now() });
    await settled(t);
    expect(await failedJobs(t)).toEqual([]);
    expect(await statuses(t)).toEqual({ approved: 45, of: 45 });
    expect(await owed(t, "notice")).toHaveLength(45);
  });

  test("takes nobody who applied after the moderator was asked", async () => {
    const t = await plazaWithMany(2);
    const until = Date.now();
    await pass(t, minute);
    await applyAs(t, wanda);
    await as(t, moderator).mutation(api.applications.approveAll, { until });
    await settled(t);
    expect(await statuses(t)).toEqual({ approved: 2, of: 3 });
  });

  test.each([
    ["made a member", { role: "member" }],
    ["suspended", { event: "suspend" }],
  ] as const)("stops when the moderator is %s meanwhile", async (_how, change) => {
    const t = await plazaWithMany(3);
    const userId = (await userBehind(t, moderator))?._id;
    if (!userId) throw new Error("there is no moderator");
    await as(t, moderator).mutation(api.applications.approveAll, { until: Date.now() });
    if ("role" in change) await as(t, admin).mutation(api.users.setRole, { userId, ...change });
    else await as(t, admin).mutation(api.users.setStatus, { userId, ...change });
    await settled(t);
    expect(await statuses(t)).toEqual({ approved: 0, of: 3 });
  });

  test("leaves what another moderator decides meanwhile", async () => {
    const t = await plazaWithMany(3);
    const [first] = await rows(t, "applications");
    if (!first) throw new Error("there is no application");
    await as(t, moderator).mutation(api.applications.approveAll, { until: Date.now() + hour });
    await decideAs(t, secondModerator, first._id, "reject");
    await settled(t);
    expect((await rows(t, "applications")).map(({ status }) => status)).toEqual([
      "rejected",
      "approved",
      "approved",
    ]);
  });
});

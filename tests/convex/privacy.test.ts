import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import schema from "../../convex/schema.ts";
import { table } from "../support/access/functionTable.ts";
import { type CallerName, callers, makeWorld } from "../support/access/world.ts";
import {
  marksIn,
  maySee,
  type OwnerName,
  ownerNames,
  owners,
  plant,
  type Planted,
  rowsOf,
  subjectOfOwner,
} from "../support/access/marks.ts";
import {
  call,
  type Registered,
  registeredFunctions,
} from "../support/convex/registeredFunctions.ts";
import {
  as,
  everything,
  minute,
  pass,
  settled,
  startPlaza,
  undo,
} from "../support/convex/plaza.ts";

// Nothing about a person leaves to one who may not see it.

type Json = { type: string; value?: unknown };

/** The text fields of a table: strings, and records of strings. */
function textFields(name: keyof typeof schema.tables): string[] {
  const { json } = schema.tables[name].validator as unknown as { json: Json };
  const fields = json.value as Record<string, { fieldType: Json }>;
  return Object.entries(fields)
    .filter(([, { fieldType }]) => ["string", "record"].includes(fieldType.type))
    .map(([field]) => field);
}

test.each(Object.entries(rowsOf("open")))(
  "every text that %s keeps about a person is looked for",
  (name, planted) => {
    const expected = textFields(name as keyof typeof schema.tables);
    // Which servers a role is known in is no text of theirs.
    const marked = new Set([...Object.keys(planted), "memberRoles"]);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.filter((field) => !marked.has(field))).toEqual([]);
  },
);

test("every table that names a person is looked at", () => {
  const others = ["rateLimits", "receipts", "outboxes", "deliveries", "announcements"].concat(
    // Ids and cents alone: who gave stands in the subscription.
    ["bookEntries", "checkouts", "corrections", "distributions", "distributionRuns", "reports"],
    // Ids of Stripe's, without a user's.
    ["stripeCharges"],
    // The id of a chat, and a version: see going-people.test.ts and feed.test.ts.
    ["rsvps", "reminders", "feeds"],
    // Numbers, and ids of people: see queue-people.test.ts.
    ["queues", "queuePositions"],
  );
  const theirs = [...Object.keys(rowsOf("open")), ...others];
  const community = ["organizations", "events", "listings", "attendances", "channels"].concat(
    ["charities", "needsData", "needsFeeds"],
    ["allocations", "bookChecks", "cityRuns"],
    ["boards", "chatRateLimits", "scheduledEvents", "guildReconciles", "secrets"],
  );
  expect(Object.keys(schema.tables).sort()).toEqual([...theirs, ...community].sort());
});

async function makePlanted() {
  const world = await makeWorld();
  return { ...world, planted: await plant(world.t) };
}
type PlantedWorld = Awaited<ReturnType<typeof makePlanted>>;

const publicFunctions = (await registeredFunctions()).filter(
  ({ visibility }) => visibility === "public",
);

/** What an argument of this name could be, to learn about somebody. */
function probes(name: string, owner: OwnerName, planted: Planted): unknown[] {
  const { userId, applicationId } = planted[owner];
  const texts = rowsOf(owner);
  const { email, username, clerkId } = texts.users;
  const { name: applied, handle, otherNames, goal } = texts.applications;
  switch (name) {
    case "who":
    case "typed":
      return [userId, applicationId, username, texts.chatAccounts.handle, applied, handle].concat(
        otherNames,
        goal,
        email,
      );
    case "userId":
      return [userId];
    case "applicationId":
      return [applicationId];
    case "email":
      return [email];
    case "clerkId":
      return [clerkId];
    case "hash":
      return [texts.linkCodes.hash];
    case "accountStatus":
      return [owners[owner].status];
    default:
      return [];
  }
}

/** A function's usual arguments, and for each that may name a person all of them. */
async function asked(row: string, caller: CallerName, world: PlantedWorld) {
  const usual = (await table[row]?.args?.(world, caller)) ?? {};
  const others = Object.keys(usual).flatMap((name) =>
    ownerNames.flatMap((owner) =>
      probes(name, owner, world.planted).map((value) => ({ ...usual, [name]: value })),
    ),
  );
  return [usual, ...others];
}

/** What a caller learns from functions: what they may be told, and what they may not. */
async function learned(rowNames: string[], caller: CallerName) {
  let world = await makePlanted();
  const leaks = new Set<string>();
  const told = new Set<string>();
  for (const row of rowNames) {
    const one = functionOf(row);
    const count = (await asked(row, caller, world)).length;
    for (let number = 0; number < count; number++) {
      const args = (await asked(row, caller, world))[number] ?? {};
      const before = one.kind === "query" ? null : await everything(world.t);
      const { isAllowed, said } = await answerTo(world, one, caller, args);
      for (const mark of marksIn(said)) {
        const [owner = "", what = ""] = mark.split("-");
        if (maySee(caller, owner as OwnerName, what)) told.add(mark);
        else leaks.add(`${row} tells ${mark}`);
      }
      if (said.includes("987654")) leaks.add(`${row} tells earnings`);
      if (before === null || !isAllowed) continue;
      await settled(world.t);
      // Everything is asked of the same world.
      if (!(await undo(world.t, before))) world = await makePlanted();
    }
  }
  return { leaks: [...leaks], told: [...told] };
}

function functionOf(row: string): Registered {
  const [path = ""] = row.split(" ");
  const one = publicFunctions.find((registered) => registered.path === path);
  if (!one) throw new Error(`there is no function ${path}`);
  return one;
}

async function answerTo(
  { t }: PlantedWorld,
  one: Registered,
  caller: CallerName,
  args: Record<string, unknown>,
) {
  return await call(callers[caller](t), one, args).then(
    (value: unknown) => ({ isAllowed: true, said: JSON.stringify(value) ?? "" }),
    (error: unknown) => ({ isAllowed: false, said: `${String(error)} ${JSON.stringify(error)}` }),
  );
}

const lookers = [
  ...(["nobody", "stranger", "incomplete", "pending", "member", "suspended", "banned"] as const),
  ...(["privyStranger", "privyMember", "clerkMember", "moderator", "admin"] as const),
];

describe("no answer and no error says more about others than may be seen", () => {
  test.each(lookers)("by %s", async (caller) => {
    expect((await learned(Object.keys(table), caller)).leaks).toEqual([]);
  });
});

test("what may be seen is seen: of members by members, of applicants by moderators", async () => {
  const seen = (await learned(["profiles:get"], "member")).told;
  expect(seen).toEqual(expect.arrayContaining(["open-bio", "inner-github", "inner-name"]));
  const decided = (await learned(["applications:find"], "moderator")).told;
  expect(decided).toEqual(expect.arrayContaining(["applicant-goal", "applicant-motivation"]));
  expect((await learned(["profiles:get"], "admin")).told).toContain("closed-bio");
});

test.each(["zq-open-elsewhere", "zq-open-goal", "zq-open-email@example.com"])(
  "what a person told moderators alone leads nobody else to them: %s",
  async (who) => {
    const { t } = await makePlanted();
    for (const caller of ["nobody", "member"] as const)
      expect(await callers[caller](t).query(api.profiles.get, { who })).toBeNull();
  },
);

test("people see what is theirs", async () => {
  const t = startPlaza();
  await plant(t);
  const me = JSON.stringify(await as(t, subjectOfOwner("closed")).query(api.users.me, {}));
  const expected = ["email", "name", "username", "bio", "city", "github", "goal", "handle"];
  expect(marksIn(me)).toEqual(expect.arrayContaining(expected.map((what) => `closed-${what}`)));
  expect(marksIn(me).filter((mark) => !mark.startsWith("closed-"))).toEqual([]);
});

test.each(ownerNames)("an export is everything about the one who asks: %s", async (owner) => {
  const t = startPlaza();
  const planted = await plant(t);
  const moderator = planted.open.userId;
  await t.run(async ({ db }) => {
    await db.patch("applications", planted[owner].applicationId, { reviewer: moderator });
    const entry = { action: "approved" as const, actor: moderator, from: "discord", at: 0 };
    await db.insert("auditLog", { ...entry, subject: planted[owner].userId });
  });
  const text = await as(t, subjectOfOwner(owner)).query(api.users.exportMine, {});
  // Codes are secrets of ten minutes, and no record of anybody.
  const { linkCodes, ...kept } = rowsOf(owner);
  void linkCodes;
  const mine = marksIn(JSON.stringify(kept));
  expect(marksIn(text).sort()).toEqual(mine.sort());
  for (const { userId } of ownerNames.filter((one) => one !== owner).map((one) => planted[one]))
    expect(text).not.toContain(userId);
});

test("of who deletes themselves there stays who decided what, and the books", async () => {
  const { t } = await makePlanted();
  // Without Stripe the request to delete the customer there waits: see subscriptions.test.ts.
  vi.stubEnv("STRIPE_SECRET_KEY", "");
  await as(t, subjectOfOwner("open")).mutation(api.users.softDelete, {});
  await pass(t, 2 * minute);
  const left: Record<string, string[]> = {};
  for (const [table, kept] of Object.entries(await everything(t))) {
    const marks = marksIn(JSON.stringify(kept)).filter((mark) => mark.startsWith("open-"));
    if (marks.length > 0) left[table] = marks.map((mark) => mark.replace("open-", "")).sort();
  }
  expect(left).toEqual({
    applications: ["reviewer"],
    auditLog: ["detail", "from"],
    // The books stay.
    gifts: ["giftcity", "giftkey"],
    subscriptions: ["giftcity", "giftkey", "subscription"],
    // Clerk's id, so that a late word of Clerk's finds them gone.
    users: ["clerk"],
  });
});

import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { refusalOf } from "../../shared/refusals.ts";
import { routes, table, type Who } from "../support/access/functionTable.ts";
import {
  callerNames,
  type CallerName,
  callers,
  makeWorld,
  plainKey,
  type World,
} from "../support/access/world.ts";
import {
  call,
  type Registered,
  registeredFunctions,
  registeredRoutes,
} from "../support/convex/registeredFunctions.ts";
import { as, everything, failedJobs, identity, settled, undo } from "../support/convex/plaza.ts";

// Who may call what. A public function without a row fails, and so does a row without a function.

const functions = await registeredFunctions();
const publicFunctions = functions.filter(({ visibility }) => visibility === "public");

function pathOf(row: string): string {
  return row.split(" ")[0] ?? "";
}

test("every public function stands in the table, and nothing else does", () => {
  const listed = [...new Set(Object.keys(table).map(pathOf))];
  expect(listed.sort()).toEqual(publicFunctions.map(({ path }) => path).sort());
});

/** What suspended and banned people may still change: what is their own, and nothing for others. */
const ownRights: Record<string, string> = {
  "applications:requestJoin": "they are declined",
  "auth:createUserFromPrivy": "their user is found",
  "chatAccounts:arrive": "their name is kept as the platform says it",
  "chatAccounts:change": "language, time zone, where they are told",
  "chatAccounts:change what to be told": "what they are told",
  "chatAccounts:change where to be told": "where they are told",
  "dialogs:answer": "what is typed is refused when it is sent",
  "dialogs:begin": "what is typed is refused when it is sent",
  "dialogs:cancel": "a form is closed",
  "links:begin": "what they link is barred as well (blocked.test.ts)",
  "links:confirm": "what they link is barred as well",
  "links:lookAtCode": "what they link is barred as well",
  "queue:leaveQueue": "a place is given up",
  "reminders:unset": "a reminder goes",
  "rsvps:answer no": "a seat is given up",
  "subscriptions:cancelSubscription": "giving stops",
  "subscriptions:pauseSubscription": "giving stops",
  "users:softDelete": "everything is deleted",
};

test("suspended and banned people change nothing but their own data rights", () => {
  const may = Object.entries(table)
    .filter(([row, { who }]) => {
      const one = publicFunctions.find(({ path }) => path === pathOf(row));
      // Whoever is answered "no-gift" has come past the guard.
      const isStopped = (name: CallerName) => who[name] === name || who[name].endsWith("-only");
      return one?.kind !== "query" && !(isStopped("suspended") && isStopped("banned"));
    })
    .map(([row]) => row);
  expect(may.sort()).toEqual(Object.keys(ownRights).sort());
});

test("what only Plaza itself may call is internal", () => {
  const internal = functions.filter(({ visibility }) => visibility === "internal");
  expect(internal.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "applications:approveBatch",
      "auth:fill",
      "events/mutations:upsertEvents",
      "events/sync:syncOrgEvents",
      "external/privy:byDid",
      "giving:begin",
      "giving:takeEvent",
      "identityWebhooks:takeClerk",
      "identityWebhooks:takePrivy",
      "linking:finishInChat",
      "linking:finishOnPage",
      "memberRoles:reconcile",
      "organizations:forSync",
      "organizations:storeLumaKey",
      "subscriptions:createSubscription",
      "subscriptions:getActiveSubscriptionsByCity",
      "subscriptions:getSubscriptionByStripeId",
      "subscriptions:updateSubscription",
      "webhooks:emitWebhookEvent",
    ]),
  );
});

/** What a caller is answered. Who is refused has changed nothing; nobody is told a secret. */
async function ask(world: World, one: Registered, row: string, caller: CallerName) {
  const { t, sealed } = world;
  const before = await everything(t);
  const args = (await table[row]?.args?.(world, caller)) ?? {};
  const answer = await call(callers[caller](t), one, args).then(
    (value: unknown) => ({ result: "allowed" as const, value }),
    (error: unknown) => ({ result: refusalOf(error) ?? String(error), value: null }),
  );
  await settled(t);
  const hasChanged = JSON.stringify(await everything(t)) !== JSON.stringify(before);
  const said = JSON.stringify(answer.value);
  const isQuiet = !said.includes(plainKey) && !said.includes(sealed);
  const failed = (await failedJobs(t)).map((name) => `${name} failed`);
  const result = isQuiet ? (failed[0] ?? answer.result) : "tells a secret";
  return { result, hasChanged, isUndone: !hasChanged || (await undo(t, before)) };
}

describe.each(Object.keys(table))("%s", (row) => {
  test("answers exactly those it should", async () => {
    const one = publicFunctions.find(({ path }) => path === pathOf(row));
    if (!one) throw new Error(`there is no function ${row}`);
    const results: Partial<Record<CallerName, string>> = {};
    let world = await makeWorld();
    for (const caller of callerNames) {
      const { result, hasChanged, isUndone } = await ask(world, one, row, caller);
      const isRefused = result !== "allowed";
      results[caller] = isRefused && hasChanged ? `${result}, and changed something` : result;
      // Everybody finds the same world.
      if (!isUndone) world = await makeWorld();
    }
    const expected: Who | undefined = table[row]?.who;
    expect(results).toEqual(expected);
  });
});

test("every http route stands in the table, and nothing else does", async () => {
  expect((await registeredRoutes()).sort()).toEqual(Object.keys(routes).sort());
});

describe.each(Object.entries(routes))("%s", (name, { path, body, status, but = {} }) => {
  test.each(callerNames)("as %s", async (caller) => {
    const { t, sealed } = await makeWorld();
    for (const whose of ["LUMA", "PRIVY", "CLERK", "STRIPE"])
      vi.stubEnv(`${whose}_WEBHOOK_SECRET`, `whsec_${btoa("a long secret of ours")}`);
    const [method = "", address = ""] = name.split(" ");
    const answer = await callers[caller](t).fetch(path ?? address, {
      method,
      ...(body && { body: body(caller) }),
    });
    expect(answer.status).toBe(but[caller] ?? status);
    const text = await answer.text();
    for (const secret of [plainKey, sealed, "another-key"]) expect(text).not.toContain(secret);
  });
});

test("only whole entries of ADMIN_CHAT_IDS are admins, and only on their platform", async () => {
  const { t } = await makeWorld();
  vi.stubEnv("ADMIN_CHAT_IDS", " telegram:10 ,discord:2001,,telegram:");
  const admin = async (subject: string) =>
    (await as(t, subject).mutation(api.chatAccounts.arrive, { name: "x" })).accessLevel === "admin";
  expect(await admin("telegram:10")).toBe(true);
  expect(await admin("discord:2001")).toBe(true);
  for (const subject of ["telegram:1", "telegram:100", "telegram:2001", "discord:10"])
    expect(await admin(subject)).toBe(false);
});

test("whoever has not said a word yet is no admin once the configuration is empty", async () => {
  const { t } = await makeWorld();
  vi.stubEnv("ADMIN_CHAT_IDS", "");
  const said = await as(t, "telegram:10").mutation(api.chatAccounts.arrive, { name: "x" });
  expect(said.accessLevel).toBe("stranger");
});

test.each([
  ["PRIVY", "", "privyMember"],
  ["PRIVY", "clerk", "privyMember"],
  ["CLERK", "privy", "clerkMember"],
] as const)("%s is nobody's word while IDENTITY_PROVIDERS is %j", async (_name, named, caller) => {
  const { t } = await makeWorld();
  vi.stubEnv("IDENTITY_PROVIDERS", named);
  await expect(callers[caller](t).query(api.users.me, {})).rejects.toThrow("not-signed-in");
});

test.each([
  "",
  "telegram",
  "telegram:",
  ":1",
  "telegram:1:2",
  "slack:1",
  "bot:slack",
  "Bot:telegram",
])("a token whose subject is %j is nobody's", async (subject) => {
  const { t } = await makeWorld();
  const caller = t.withIdentity(identity(subject));
  for (const path of ["users:me", "dialogs:current", "deliveries:nextReady"])
    await expect(call(caller, { kind: "query", path }, {})).rejects.toThrow(/signed-in|bots-only/);
});

import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { lumaKeyBinding } from "../../convex/model/organizations.ts";
import { seal } from "../../convex/model/secrets.ts";
import { type RefusalCode, refusalOf } from "../../shared/refusals.ts";
import { call, registeredFunctions, registeredRoutes } from "./functions.ts";
import {
  ana,
  as,
  begin,
  day,
  eventNamed,
  everything,
  identity,
  leo,
  makeBot,
  makeChannel,
  makeOrganization,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "./setup.ts";

// Who may call what. A public function without a row fails, and so does a row without a function.

const plainKey = "luma-plain-key-of-the-organization";

/** Callers by what their token says; the last has Leo's subject from somebody else's issuer. */
const callers = {
  stranger: (t: Plaza) => t,
  member: (t: Plaza) => as(t, ana),
  admin: (t: Plaza) => as(t, leo),
  bot: (t: Plaza) => as(t, "bot:telegram"),
  foreign: (t: Plaza) => t.withIdentity(identity(leo, "https://elsewhere.example")),
};
type Expected = Record<keyof typeof callers, "allowed" | RefusalCode>;

const everyone: Expected = {
  stranger: "allowed",
  member: "allowed",
  admin: "allowed",
  bot: "allowed",
  foreign: "allowed",
};
const chatAccounts: Expected = {
  stranger: "not-signed-in",
  member: "allowed",
  admin: "allowed",
  bot: "not-signed-in",
  foreign: "not-signed-in",
};
const admins: Expected = { ...chatAccounts, member: "admins-only" };
const bots: Expected = {
  stranger: "bots-only",
  member: "bots-only",
  admin: "bots-only",
  bot: "allowed",
  foreign: "bots-only",
};

/** One of everything: a sealed key, an event, a channel, and a delivery that has failed. */
async function makeWorld() {
  const t = startPlaza();
  vi.stubEnv("LUMA_ORIGIN", "http://127.0.0.1:1");
  const orgId = await makeOrganization(t, { luma: "luma.com/plaza", hasSynced: true });
  const sealed = seal(plainKey, lumaKeyBinding(orgId));
  await t.run((ctx) => ctx.db.patch("organizations", orgId, { lumaApiKey: sealed }));
  await makeChannel(t, { orgId });
  await takeOver(t, orgId, [said("jam", begin + day), said("talk", begin + 2 * day)]);
  await makeBot(t).sendAll({ kind: "refused", reason: "bad" });
  const [delivery] = await rows(t, "deliveries");
  if (!delivery) throw new Error("nothing is owed");
  const { _id: eventId } = await eventNamed(t, "jam");
  return { t, orgId, eventId, sealed, deliveryId: delivery._id };
}
type World = Awaited<ReturnType<typeof makeWorld>>;

const where = { platform: "telegram", chatId: "-100" };
const event = { title: "Picnic", startDate: begin + day, lumaUrl: "https://example.org/picnic" };

const table: Record<string, { who: Expected; args: (world: World) => Record<string, unknown> }> = {
  "channels:gone": { who: bots, args: () => ({ chatId: "-100", reason: "kicked" }) },
  "channels:moved": { who: bots, args: () => ({ from: "-100", to: "-200" }) },
  "channels:setting": { who: bots, args: () => ({ chatId: "-100" }) },
  "channels:show": { who: admins, args: () => where },
  "channels:subscribe": { who: admins, args: () => ({ ...where, title: "Plaza" }) },
  "channels:unsubscribe": { who: admins, args: () => where },
  "chatAccounts:change": { who: chatAccounts, args: () => ({ locale: "es" }) },
  "chatAccounts:me": { who: chatAccounts, args: () => ({}) },
  "deliveries:claim": { who: bots, args: () => ({ limit: 1 }) },
  "deliveries:list": { who: admins, args: () => ({}) },
  "deliveries:nextReady": { who: bots, args: () => ({}) },
  "deliveries:retry": { who: admins, args: ({ deliveryId }) => ({ deliveryId }) },
  "deliveries:step": {
    who: bots,
    args: ({ deliveryId }) => ({ begins: { deliveryId, fence: 1 } }),
  },
  "events/mutations:create": { who: admins, args: ({ orgId }) => ({ orgId, event }) },
  "events/mutations:update": { who: admins, args: ({ eventId }) => ({ eventId, changes: {} }) },
  "events/queries:get": { who: everyone, args: ({ eventId }) => ({ eventId }) },
  "events/queries:getPublished": { who: everyone, args: ({ orgId }) => ({ orgId, limit: 10 }) },
  "events/queries:list": {
    who: everyone,
    args: ({ orgId }) => ({ orgId, paginationOpts: { numItems: 10, cursor: null } }),
  },
  "events/queries:search": { who: everyone, args: () => ({ words: "event" }) },
  "events/queries:upcoming": { who: everyone, args: ({ orgId }) => ({ orgId }) },
  "events/sync:syncNow": { who: admins, args: ({ orgId }) => ({ orgId }) },
  "organizations:add": {
    who: admins,
    args: () => ({ name: "New", timezone: "Europe/Madrid", locale: "es" }),
  },
  "organizations:change": { who: admins, args: ({ orgId }) => ({ orgId, city: "Vigo" }) },
  "organizations:forKey": { who: admins, args: () => ({ slug: "frutero" }) },
  "organizations:list": { who: everyone, args: () => ({}) },
  "organizations:show": { who: admins, args: ({ orgId }) => ({ orgId }) },
  "preferences:lastChanged": { who: bots, args: () => ({}) },
};

const functions = await registeredFunctions();
const publicFunctions = functions.filter(({ visibility }) => visibility === "public");

test("every public function stands in the table, and nothing else does", () => {
  expect(publicFunctions.map(({ path }) => path).sort()).toEqual(Object.keys(table).sort());
});

test("what only Plaza itself may call is internal", () => {
  const internal = functions.filter(({ visibility }) => visibility === "internal");
  expect(internal.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "organizations:forSync",
      "organizations:storeLumaKey",
      "events/mutations:upsertEvents",
      "events/sync:syncOrgEvents",
      "clock:sweep",
    ]),
  );
});

describe.each(publicFunctions)("$path", (one) => {
  const row = table[one.path];
  test.each(Object.keys(callers) as (keyof typeof callers)[])("as %s", async (name) => {
    const world = await makeWorld();
    const before = await everything(world.t);
    const answer = await call(callers[name](world.t), one, row?.args(world) ?? {}).then(
      (value: unknown) => ({ result: "allowed", value }),
      (error: unknown) => ({ result: refusalOf(error) ?? String(error), value: null }),
    );
    await settled(world.t);
    expect(answer.result).toBe(row?.who[name]);
    // Whoever is refused has changed nothing; whoever is answered is told no secret.
    const after = answer.result === "allowed" ? before : await everything(world.t);
    expect(after).toEqual(before);
    const said = JSON.stringify(answer.value);
    expect(said).not.toContain(plainKey);
    expect(said).not.toContain(world.sealed);
  });
});

/** Status of each route for each caller, asked as a client would ask. */
const routes: Record<string, { path: string; body?: string; status: Record<string, number> }> = {
  "GET /calendars/*": {
    path: "/calendars/frutero.ics",
    status: { stranger: 200, member: 200, admin: 200, bot: 200, foreign: 200 },
  },
  "POST /luma-key": {
    path: "/luma-key",
    body: JSON.stringify({ slug: "frutero", key: "another-key" }),
    status: { stranger: 403, member: 403, admin: 200, bot: 403, foreign: 403 },
  },
  "POST /webhooks/luma/*": {
    path: "/webhooks/luma/frutero",
    body: "{}",
    status: { stranger: 400, member: 400, admin: 400, bot: 400, foreign: 400 },
  },
};

test("every http route stands in the table, and nothing else does", async () => {
  expect((await registeredRoutes()).sort()).toEqual(Object.keys(routes).sort());
});

describe.each(Object.entries(routes))("%s", (name, { path, body, status }) => {
  test.each(Object.keys(callers) as (keyof typeof callers)[])("as %s", async (caller) => {
    const { t, sealed } = await makeWorld();
    vi.stubEnv("LUMA_WEBHOOK_SECRET", "a-long-secret");
    const [method = ""] = name.split(" ");
    const answer = await callers[caller](t).fetch(path, {
      method,
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBe(status[caller]);
    const text = await answer.text();
    for (const secret of [plainKey, sealed, "another-key"]) expect(text).not.toContain(secret);
  });
});

test("only whole entries of ADMIN_CHAT_IDS are admins, and only on their platform", async () => {
  const { t } = await makeWorld();
  vi.stubEnv("ADMIN_CHAT_IDS", " telegram:10 ,discord:2001,,telegram:");
  const admin = async (subject: string) =>
    (await as(t, subject).mutation(api.chatAccounts.arrive, { name: "x" })).standing === "admin";
  expect(await admin("telegram:10")).toBe(true);
  expect(await admin("discord:2001")).toBe(true);
  for (const subject of ["telegram:1", "telegram:100", "telegram:2001", "discord:10"])
    expect(await admin(subject)).toBe(false);
  vi.stubEnv("ADMIN_CHAT_IDS", "");
  expect(await admin("telegram:10")).toBe(false);
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
  for (const path of ["chatAccounts:me", "deliveries:nextReady"])
    await expect(call(caller, { kind: "query", path }, {})).rejects.toThrow(/signed-in|bots-only/);
});

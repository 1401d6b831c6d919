import { request } from "node:http";
import { expect, test } from "vitest";
import { ANA, api, GROUP, no, say, setUp } from "../../support/emulators/telegram.ts";

/** Time that passes by a second with every look: who asks fast from the same number gets less. */
function slowAsking() {
  let at = Date.now();
  return { now: () => (at += 1_000) };
}

test("a long poll waits until there is something to tell", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const poll = bot.getUpdates({ timeout: 30 });
  await bot.getMe();
  // Another request has come and gone and the poll is still under way.
  expect(emulator.requests().map(({ method }) => method)).toEqual(["getMe"]);
  await emulator.act(say("hi"), 1);
  expect(await poll).toMatchObject([{ message: { text: "hi" } }]);
});

test("an update comes again until an offset above it confirms it", async () => {
  const emulator = await setUp(slowAsking());
  const bot = api(emulator);
  for (const text of ["one", "two", "three"]) await emulator.act(say(text), 1);
  const texts = async (options: { offset?: number; limit?: number }) =>
    (await bot.getUpdates(options)).map((update) => update.message?.text);
  expect(await texts({})).toEqual(["one", "two", "three"]);
  expect(await texts({ limit: 2 })).toEqual(["one", "two"]);
  const [first] = await bot.getUpdates({ limit: 1 });
  expect(await texts({ offset: (first?.update_id ?? 0) + 1 })).toEqual(["two", "three"]);
  expect(await texts({})).toEqual(["two", "three"]);
  expect(await texts({ offset: -1 })).toEqual(["three"]);
  expect(await texts({})).toEqual(["three"]);
});

test("a second poller ends the first one's poll with 409", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const older = no(bot.getUpdates({ timeout: 30 }));
  await bot.getMe();
  const newer = bot.getUpdates({ timeout: 30 });
  expect(await older).toMatchObject({
    error_code: 409,
    description:
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  });
  await emulator.act(say("hi"), 1);
  expect(await newer).toHaveLength(1);
});

test("a poll whose caller has hung up swallows no update", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const gone = request(`${emulator.url}/bot${emulator.token}/getUpdates?timeout=30`);
  const closed = new Promise((resolve) => gone.on("error", resolve).on("close", resolve));
  gone.end();
  await bot.getMe();
  gone.destroy();
  await closed;
  await bot.getMe();
  await emulator.act(say("hi"), 1);
  expect(await bot.getUpdates({})).toHaveLength(1);
});

test("changes of members come only to a bot that asks for them", async () => {
  const emulator = await setUp(slowAsking());
  const bot = api(emulator);
  const kinds = async (allowed_updates?: ("chat_member" | "chat_join_request")[]) => {
    await emulator.act({ as: "ana", in: "group", do: "join" }, 1);
    await bot.approveChatJoinRequest(GROUP, ANA);
    const updates = await bot.getUpdates(allowed_updates ? { allowed_updates } : {});
    await bot.getUpdates({ offset: (updates.at(-1)?.update_id ?? 0) + 1 });
    return updates.map((update) => Object.keys(update)[1]);
  };
  expect(await kinds()).toEqual(["chat_join_request", "message"]);
  // The list counts for what comes after it, and stays until there is another one.
  await bot.getUpdates({ allowed_updates: ["chat_member", "chat_join_request"] });
  expect(await kinds()).toEqual(["chat_join_request", "chat_member"]);
  await bot.getUpdates({ allowed_updates: [] });
  expect(await kinds()).toEqual(["chat_join_request", "message"]);
});

test("who asks again from the same number within half a second gets one update", async () => {
  let now = 0;
  const emulator = await setUp({ now: () => now });
  const bot = api(emulator);
  for (const text of ["one", "two", "three"]) await emulator.act(say(text), 1);
  const count = async (offset: number) => (await bot.getUpdates({ offset })).length;
  const first = (await bot.getUpdates({}))[0]?.update_id ?? 0;
  expect(await count(first)).toBe(3);
  now = 499;
  expect(await count(first)).toBe(1);
  now = 999;
  expect(await count(first)).toBe(3);
  expect(await count(first + 1)).toBe(2);
});

test("while a webhook is set, polling is refused; setting one ends a poll", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const poll = no(bot.getUpdates({ timeout: 30 }));
  await bot.getMe();
  expect(await no(bot.setWebhook("http://example.com"))).toMatchObject({ error_code: 400 });
  await bot.setWebhook("https://example.com/hook");
  expect(await poll).toMatchObject({
    error_code: 409,
    description: "Conflict: terminated by setWebhook request",
  });
  expect(await no(bot.getUpdates({}))).toMatchObject({
    error_code: 409,
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  });
  expect(await bot.getWebhookInfo()).toMatchObject({ url: "https://example.com/hook" });
  await emulator.act(say("hi"), 1);
  await bot.deleteWebhook();
  expect(await bot.getUpdates({})).toHaveLength(1);
});

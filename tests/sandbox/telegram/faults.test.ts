import { GrammyError, HttpError } from "grammy";
import { expect, test } from "vitest";
import { api, GROUP, no, setUp } from "../../support/emulators/telegram.ts";

test.each([
  ["429", GrammyError, 0, 429],
  ["500-after", GrammyError, 1, 500],
  ["drop-before", HttpError, 0, 0],
  ["drop-after", HttpError, 1, 0],
] as const)("a fault of kind %s fails one call as it says", async (kind, error, seen, status) => {
  const emulator = await setUp();
  const bot = api(emulator);
  emulator.fault({ kind, count: 1, retryAfter: 3, only: "sendM" });
  await bot.getMe();
  const failed = await bot.sendMessage(GROUP, "x").catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(error);
  expect(emulator.transcript({ in: "group", as: "ana" })).toHaveLength(seen);
  expect(emulator.requests().at(-1)).toMatchObject({ method: "sendMessage", status });
  const retryAfter = failed instanceof GrammyError ? failed.parameters.retry_after : undefined;
  expect(retryAfter).toBe(kind === "429" ? 3 : undefined);
  expect(emulator.faults()).toEqual([]);
  await bot.sendMessage(GROUP, "x");
});

test("a fault without a name leaves the long poll alone", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  emulator.fault({ kind: "429", count: 1 });
  await bot.getUpdates({});
  expect(emulator.faults()).toHaveLength(1);
  emulator.fault({ kind: "500-after", count: 1, only: "getUpdates" });
  expect((await no(bot.getUpdates({}))).error_code).toBe(500);
});

test("a slow answer comes after its effect", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const seen = new Promise<void>((resolve) => void emulator.onChange(() => resolve()));
  emulator.fault({ kind: "slow", count: 1, retryAfter: 0.1 });
  const sent = bot.sendMessage(GROUP, "x");
  await seen;
  await bot.getMe();
  expect(emulator.requests().map(({ method }) => method)).toEqual(["getMe"]);
  await sent;
});

import { expect, test } from "vitest";
import { api, GROUP, no, say, setUp } from "../../support/emulators/telegram.ts";

test("limits on sending, once switched on, are those of Telegram", async () => {
  let now = 1_000_000;
  const emulator = await setUp({ now: () => now });
  const bot = api(emulator);
  const send = () => bot.sendMessage(GROUP, "x");
  for (let count = 0; count < 10; count++) await send();
  emulator.limitRates(true);
  for (let count = 0; count < 3; count++) await send();
  expect(await no(send())).toMatchObject({
    error_code: 429,
    description: "Too Many Requests: retry after 3",
    parameters: { retry_after: 3 },
  });
  for (let count = 3; count < 20; count++) {
    now += 3_000;
    await send();
  }
  // The twenty-first of this minute has to wait for the next one.
  now += 3_000;
  expect((await no(send())).parameters).toEqual({ retry_after: 6 });
  now += 6_000;
  await send();
});

test("thirty messages a second is all there is for all chats together", async () => {
  const people = Array.from({ length: 31 }, (_, index) => ({
    key: `p${index}`,
    name: "P",
    language: "en",
    telegramId: 500 + index,
    discordId: String(index),
  }));
  const emulator = await setUp({ now: () => 1_000_000, people });
  for (const { key } of people) await emulator.act(say("hi", "dm", key), 1);
  emulator.limitRates(true);
  const sent = people.map(({ telegramId }) => api(emulator).sendMessage(telegramId, "x"));
  const results = await Promise.allSettled(sent);
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
});

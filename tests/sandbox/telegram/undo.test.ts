import { expect, test } from "vitest";
import { ANA, api, GROUP, no, setUp } from "../../support/emulators/telegram.ts";

test("a join request that was taken back cannot be answered", async () => {
  const emulator = await setUp();
  expect(emulator.takeBack({ in: "group", as: "ana" })).toBe(false);
  await emulator.act({ as: "ana", in: "group", do: "join" }, 0);
  expect(emulator.takeBack({ in: "group", as: "ana" })).toBe(true);
  const refused = await no(api(emulator).approveChatJoinRequest(GROUP, ANA));
  expect(refused.description).toBe("Bad Request: HIDE_REQUESTER_MISSING");
});

test("a message that somebody deleted cannot be edited any more", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const { message_id: id } = await bot.sendMessage(GROUP, "Hello");
  const it = { in: "group", as: "leo", id: String(id) };
  expect(emulator.deleteMessage(it)).toBe(true);
  expect(emulator.deleteMessage(it)).toBe(false);
  const refused = await no(bot.editMessageText(GROUP, id, "Goodbye"));
  expect(refused.description).toBe("Bad Request: message to edit not found");
});

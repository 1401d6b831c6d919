import { expect, test } from "vitest";
import { ANA, api, GROUP, no, stage } from "../../support/emulators/telegram.ts";

test("a join request that was taken back cannot be answered", async () => {
  const standIn = await stage();
  expect(standIn.takeBack({ in: "group", as: "ana" })).toBe(false);
  await standIn.act({ as: "ana", in: "group", do: "join" }, 0);
  expect(standIn.takeBack({ in: "group", as: "ana" })).toBe(true);
  const refused = await no(api(standIn).approveChatJoinRequest(GROUP, ANA));
  expect(refused.description).toBe("Bad Request: HIDE_REQUESTER_MISSING");
});

test("a message that somebody deleted cannot be edited any more", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const { message_id: id } = await bot.sendMessage(GROUP, "Hello");
  const it = { in: "group", as: "leo", id: String(id) };
  expect(standIn.deleteMessage(it)).toBe(true);
  expect(standIn.deleteMessage(it)).toBe(false);
  const refused = await no(bot.editMessageText(GROUP, id, "Goodbye"));
  expect(refused.description).toBe("Bad Request: message to edit not found");
});

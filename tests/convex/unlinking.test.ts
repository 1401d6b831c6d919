import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  linkByCode,
  makePerson,
  plazaWithPrivy,
  refused,
  userBehind,
  userWith,
} from "../support/convex/people.ts";
import { as, begin, rows, settled } from "../support/convex/plaza.ts";

// `/unlink`: a chat account leaves its user.

const did = "did:privy:mia";

test("takes this chat out, keeps its language, and tells the other", async () => {
  const { t } = await plazaWithPrivy();
  const chats = ["telegram:77", "discord:88"];
  await makePerson(t, { accountStatus: "active", locale: "es", chats });
  await as(t, "discord:88").mutation(api.links.unlink, {});
  expect(await userBehind(t, "discord:88")).toBeUndefined();
  const account = (await rows(t, "chatAccounts")).find(({ platform }) => platform === "discord");
  expect(account).toMatchObject({ locale: "es", settingsChangedAt: begin });
  expect(account?.displayName).toBeUndefined();
  expect((await rows(t, "deliveries")).map(({ destination }) => destination)).toEqual([
    "telegram:77",
  ]);
  expect(await refused(as(t, "discord:88").mutation(api.links.unlink, {}))).toBe("no-account");
  await settled(t);
});

test("not the last way in", async () => {
  const { t } = await plazaWithPrivy();
  await makePerson(t, { chats: ["telegram:77"] });
  const unlink = as(t, "telegram:77").mutation(api.links.unlink, {});
  expect(await refused(unlink)).toBe("last-way-in");
  await linkByCode(t, "telegram:77", did);
  await as(t, "telegram:77").mutation(api.links.unlink, {});
  expect(await userWith(t, did)).toMatchObject({ accountStatus: "incomplete" });
});

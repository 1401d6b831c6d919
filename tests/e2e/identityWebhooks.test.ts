import { describe, expect, test } from "vitest";
import { people } from "../../bots/sandbox/server/fixtureUsers.ts";
import { answerOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// The webhooks of Privy and Clerk as they really arrive: over http, at the running deployment.

const plaza = useSandbox();

const say = async (as: string, text: string) =>
  answerOf(await plaza.act({ platform: "telegram", as, in: "dm", do: "say", text })).text;
const inDiscord = async (as: string, name: string) =>
  wordsOf(answerOf(await plaza.act({ platform: "discord", as, in: "dm", do: "command", name })));
const mia = people.find(({ key }) => key === "mia");
const telegram = { type: "telegram", telegram_user_id: String(mia?.telegramId), username: "mia" };
const unlink = { user: "did:privy:mia", account: telegram };
const privy = async (action: object) => await plaza.control({ do: "privy", ...action });
const clerk = async (action: object) => await plaza.control({ do: "clerk", ...action });
const tables = async () =>
  (
    (await (await fetch(`${plaza.url}/api/control`)).json()) as {
      tables: Record<string, number>;
    }
  ).tables;
/** How often Mia was told something in private. */
const told = async (platform: string, words: string) =>
  (await plaza.transcript(platform, "dm", "mia")).filter((one) => wordsOf(one).includes(words))
    .length;
/** What the deployment has answered to the last delivery, try by try. */
const answers = (from: "privy" | "clerk") =>
  plaza.sandbox[from]
    .deliveries()
    .at(-1)
    ?.attempts.map(({ status }) => status);

describe("Privy takes an account from its user", () => {
  test("and the link is revoked, once, and told in the other chat; a forged word is not heard", async () => {
    expect((await say("mia", "/link")).replaceAll("\u2060", "")).toContain("m…@example.com");
    expect(await inDiscord("mia", "link")).toContain("m…@example.com");
    await until(async () => await told("telegram", "now linked"));
    await privy({ unlink, wrongSecret: true });
    expect(answers("privy")).toEqual([400]);
    expect(await say("mia", "/me")).toContain("Privy");
    await privy({ link: unlink });

    await privy({ unlink, times: 2 });
    expect(answers("privy")).toEqual([200, 200]);
    await until(async () => (await say("mia", "/me")).includes("do not know you yet"));
    await until(async () => (await told("discord", "no longer linked")) === 1);
    expect(await inDiscord("mia", "me")).toContain("Discord");
  });
});

describe("Clerk tells of its users", () => {
  const user = {
    id: "user_nora",
    emails: [{ address: "nora@example.com" }],
    username: "nora",
    firstName: "Nora",
  };
  const nora = async () => await say("leo", "/role nora");

  test("one that comes three times is one user", async () => {
    const before = (await tables())["users"] ?? 0;
    await clerk({ send: "created", user, times: 3 });
    expect(answers("clerk")).toEqual([200, 200, 200]);
    expect((await tables())["users"]).toBe(before + 1);
    expect(await nora()).toContain("Nora");
  });

  test.each([
    ["altered on the way", { altered: true }],
    ["signed with another secret", { wrongSecret: true }],
    ["six minutes old", { late: "6m" }],
  ])("what is %s is not heard", async (_how, options) => {
    await clerk({ send: "updated", user: { ...user, firstName: "Eve" }, ...options });
    expect(answers("clerk")).toEqual([400]);
    expect(await nora()).not.toContain("Eve");
  });

  test("who is gone stays gone, whatever comes late", async () => {
    await clerk({ hold: true });
    await clerk({ send: "updated", user: { ...user, firstName: "Late" } });
    await clerk({ send: "deleted", user: { id: user.id } });
    await clerk({ release: "newest-first" });
    expect(await nora()).toContain("know nobody");
  });
});

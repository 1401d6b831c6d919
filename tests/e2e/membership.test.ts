import { describe, expect, test } from "vitest";
import { people } from "../../bots/sandbox/server/fixtureUsers.ts";
import { acting } from "../support/sandbox/acts.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const plaza = useSandbox();

const { sayAndConfirm } = acting(plaza);
const say = async (as: string, text: string, place = "dm") =>
  await plaza.act({ platform: "telegram", as, in: place, do: "say", text });
const command = async (as: string, name: string, options = {}, place = "moderators") =>
  await plaza.act({ platform: "discord", as, in: place, do: "command", name, options });
const click = async (
  platform: string,
  as: string,
  place: string,
  message: string,
  button: string,
) => await plaza.act({ platform, as, in: place, do: "click", message, button });

/** The card of somebody's application in a moderators' chat. */
async function card(platform: string, name: string) {
  const messages = await plaza.transcript(platform, "moderators", "leo");
  return messages.findLast(
    (message) =>
      !message.ephemeral &&
      message.from === "plaza" &&
      wordsOf(message).includes(name) &&
      wordsOf(message).includes("Motivation"),
  );
}

/** What somebody was told in private that holds these words. */
async function told(platform: string, as: string, words: string) {
  const messages = await plaza.transcript(platform, "dm", as);
  return messages.filter(
    ({ from, ...message }) => from === "plaza" && wordsOf({ from, ...message }).includes(words),
  );
}

/** Puts somebody's Discord account beside what Privy knows of them already. */
async function discordAtPrivy(key: string) {
  const subject = people.find((person) => person.key === key)?.discordId;
  const account = { type: "discord_oauth", subject, username: `${key}#0` };
  await plaza.control({ do: "privy", link: { user: `did:privy:${key}`, account } });
}

describe("a newcomer in Telegram, a moderator in Discord", () => {
  test("an admin makes a moderator, who links both chats without a click", async () => {
    await say("ana", "/start");
    expect(answerOf(await sayAndConfirm("leo", "/role ana moderator")).text).toContain("moderator");
    await until(async () => (await told("telegram", "ana", "Ahora moderas")).length === 1);
    expect(wordsOf(answerOf(await say("ana", "/link")))).toContain("a…@example.com");
    await discordAtPrivy("ana");
    expect(wordsOf(answerOf(await command("ana", "link", {}, "dm")))).toContain("a…@example.com");
    const [notice] = await until(async () => {
      const found = await told("telegram", "ana", "Discord");
      return found.length > 0 && found;
    });
    expect(notice?.text).toContain("/unlink");
  });

  test("applies question by question, and goes on where they were when the bots were killed", async () => {
    expect(answerOf(await say("mia", "/join")).text).toContain("1/3");
    expect(answerOf(await say("mia", "Build a *climbing* wall")).text).toContain("2/3");
    await plaza.control({ do: "kill", what: "bots" });
    const third = answerOf(await say("mia", "I know the people"));
    expect(third.text).toContain("3/3");
    const done = answerOf(await click("telegram", "mia", "dm", third.id, "Skip"));
    expect(done.text).toContain("with the moderators");
  });

  test("the card stands in the moderators' chats of both platforms, as it was written", async () => {
    for (const platform of ["telegram", "discord"]) {
      const message = await until(async () => await card(platform, "Mia Fischer"));
      expect(labelsOf(message)).toEqual(["Approve", "Reject"]);
      expect(wordsOf(message)).toContain(platform === "discord" ? "\\*climbing\\*" : "*climbing*");
    }
  });

  test("the moderator approves with a slash command, the name completed while they type", async () => {
    const typing = { do: "autocomplete", name: "approve", option: "who", value: "mi" };
    const offered = await plaza.act({
      platform: "discord",
      as: "ana",
      in: "moderators",
      ...typing,
    });
    const [choice] = (offered as { choices?: { name: string; value: string }[] }).choices ?? [];
    expect(choice?.name).toBe("Mia Fischer (@mia)");
    const answer = answerOf(await command("ana", "approve", { who: choice?.value }));
    expect(answer).toMatchObject({ ephemeral: true, text: "Mia Fischer ya es miembro." });
  });

  test("every card shows who decided, and has no buttons any more", async () => {
    for (const platform of ["telegram", "discord"]) {
      const message = await until(async () => {
        const found = await card(platform, "Mia Fischer");
        return wordsOf(found).includes("Approved: ") && found;
      });
      expect(wordsOf(message)).toContain("Ana Torres");
      expect(labelsOf(message)).toEqual([]);
    }
  });

  test("the applicant is told once, where they applied", async () => {
    await until(async () => (await told("telegram", "mia", "You are a member")).length === 1);
    expect(await told("discord", "mia", "You are a member")).toEqual([]);
  });

  test("a second approval changes nothing and says so", async () => {
    const again = answerOf(await command("leo", "approve", { who: "mia" }));
    expect(again.text).toContain("Nothing to decide any more for Mia Fischer");
    expect(again.text).toContain("Ana Torres");
    expect(await told("telegram", "mia", "You are a member")).toHaveLength(1);
  });

  test("the Discord role arrives after they have linked Discord too", async () => {
    expect(plaza.sandbox.discord.rolesOf("mia")).toEqual([]);
    const me = answerOf(await say("mia", "/me"));
    const linked = answerOf(await click("telegram", "mia", "dm", me.id, "Link accounts"));
    expect(wordsOf(linked)).toContain("m…@example.com");
    answerOf(await command("mia", "link", {}, "dm"));
    await until(async () => plaza.sandbox.discord.rolesOf("mia").length === 1);
  });

  test("what is private is not said in a group, by whatever way it was asked for", async () => {
    for (const text of ["/me", "/link", "/start link", "/export", "/pending"])
      expect(answerOf(await say("mia", text, "group")).text).toContain("between you and me");
  });

  test("a suspension takes the role away at once, and a restoration brings it back", async () => {
    await sayAndConfirm("leo", "/role mia suspend");
    await until(async () => plaza.sandbox.discord.rolesOf("mia").length === 0);
    expect(answerOf(await say("mia", "/me")).text).toContain("suspended");
    await say("leo", "/role mia restore");
    await until(async () => plaza.sandbox.discord.rolesOf("mia").length === 1);
  });
});

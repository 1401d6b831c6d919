import { describe, expect, test } from "vitest";
import { acting, isOpen, newcomers } from "../support/sandbox/acts.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const crowd = newcomers(["Nora", "Otto", "Pia", "Quim", "Rex", "Sol"], ["Sol"]);
const plaza = useSandbox({ crowd });
const { say, sayAndConfirm, click, askToJoin, card, told } = acting(plaza);

const title = "Plaza members";
const pastLeaseMs = 21_000;

/** Whether they are in the group: who is not sees nothing of it and cannot write there. */
async function isIn(key: string) {
  return (await say(key, "hello everybody", "group")).ok;
}

/** Answers the three questions of an application, the last one by the button. */
async function fillIn(key: string, labels = { skip: "Skip" }) {
  await say(key, "To climb with others");
  const third = answerOf(await say(key, "I have just moved here"));
  return answerOf(await click("telegram", key, "dm", third, labels.skip));
}

async function openCard(name: string) {
  return await until(async () => {
    const found = await card("telegram", name);
    return isOpen(found) && found;
  });
}

async function press(as: string, name: string, button: string) {
  return await click("telegram", as, "moderators", await openCard(name), button);
}

test("a group that no admin named for members is left to its own admins", async () => {
  const said = answerOf(await askToJoin("quim"));
  expect(said.text).toBe(`The admins of ${title} decide who comes in: please wait for them.`);
  expect(await isIn("quim")).toBe(false);
});

test("an admin names the group for members, and the group is told nothing by that", async () => {
  const named = answerOf(await say("leo", "/channel admit=on", "group"));
  expect(wordsOf(named)).toContain("Who asks to join: members are let in, others can apply");
  expect(wordsOf(named)).toContain("Kinds: none");
});

describe("somebody who asks Telegram to be let into the group", () => {
  test("is asked the first question at once, in private, without having written before", async () => {
    const question = answerOf(await askToJoin("nora"));
    expect(question.text).toContain("1/3");
    expect(await told("telegram", "nora", "1/3")).toHaveLength(1);
    expect(await isIn("nora")).toBe(false);
  });

  test("is asked in their own language", async () => {
    expect(answerOf(await askToJoin("sol")).text).toContain("¿Qué quieres hacer aquí?");
  });

  test("applies by answering, and is let in by the press that approves", async () => {
    expect((await fillIn("nora")).text).toContain("with the moderators");
    expect(await isIn("nora")).toBe(false);
    await openCard("Nora Vidal");
    const before = (await plaza.transcript("telegram", "moderators", "leo")).length;
    const pressed = await press("leo", "Nora Vidal", "Approve");
    expect(pressed.toast).toBe("Nora Vidal is a member now.");
    await until(async () => await isIn("nora"));
    await until(async () => (await told("telegram", "nora", "You are a member")).length === 1);
    expect(await plaza.transcript("telegram", "moderators", "leo")).toHaveLength(before);
  });

  test("is turned away where a moderator rejects, and told why", async () => {
    await askToJoin("otto");
    await fillIn("otto");
    const menu = answerOf(await press("leo", "Otto Vidal", "Reject"));
    const reason = "There is no room at the moment";
    expect(labelsOf(menu)).toContain(reason);
    const done = answerOf(await click("telegram", "leo", "moderators", menu, reason));
    expect(done.text).toBe("Otto Vidal has been turned down.");
    await until(async () => (await told("telegram", "otto", reason)).length === 1);
    await until(async () => plaza.sandbox.telegram.count("declineChatJoinRequest") === 1);
    expect(await isIn("otto")).toBe(false);
  });

  test("is let in at once where they are a member, and hears no question", async () => {
    const said = answerOf(await askToJoin("nora"));
    expect(said.text).toBe(`You are a member: welcome to ${title}.`);
    await until(async () => await isIn("nora"));
  });

  test("is told to wait, once more, while the application waits", async () => {
    await fillIn("sol", { skip: "Saltar" });
    const again = answerOf(await askToJoin("sol"));
    expect(again.text).toContain("sigue con el equipo de moderación");
    await press("leo", "Sol Vidal", "Approve");
    await until(async () => await isIn("sol"));
    expect(await told("telegram", "sol", "Ya eres miembro")).toHaveLength(1);
  });

  test("is declined at once where they are banned", async () => {
    await askToJoin("rex");
    await fillIn("rex");
    await sayAndConfirm("leo", "/role rex ban");
    await until(async () => wordsOf(await card("telegram", "Rex Vidal")).includes("Withdrawn"));
    const declined = plaza.sandbox.telegram.count("declineChatJoinRequest");
    await askToJoin("rex");
    await until(async () => (await told("telegram", "rex", "barred")).length === 1);
    await until(
      async () => plaza.sandbox.telegram.count("declineChatJoinRequest") === declined + 1,
    );
    expect(await isIn("rex")).toBe(false);
  });

  test("loses nothing to bots that are killed between each two steps", async () => {
    const kill = async () => await plaza.control({ do: "kill", what: "bots" });
    await askToJoin("pia");
    await kill();
    expect(answerOf(await say("pia", "To climb with others")).text).toContain("2/3");
    await kill();
    const third = answerOf(await say("pia", "I have just moved here"));
    await kill();
    answerOf(await click("telegram", "pia", "dm", third, "Skip"));
    const waiting = await openCard("Pia Vidal");
    const pressed = click("telegram", "leo", "moderators", waiting, "Approve");
    await plaza.sandbox.bots.kill();
    // What the dead process held is free when its lease has run out.
    plaza.sandbox.advance(pastLeaseMs);
    await Promise.all([pressed, plaza.sandbox.bots.ready()]);
    await until(async () => await isIn("pia"));
    await until(async () => (await told("telegram", "pia", "You are a member")).length > 0);
    const twiceAtMost = await told("telegram", "pia", "You are a member");
    expect([1, 2]).toContain(twiceAtMost.length);
  });

  test("who takes the request back meanwhile is a member all the same, and nothing fails", async () => {
    await askToJoin("quim");
    await fillIn("quim");
    expect(plaza.sandbox.telegram.takeBack({ in: "group", as: "quim" })).toBe(true);
    await press("leo", "Quim Vidal", "Approve");
    await until(async () => (await told("telegram", "quim", "You are a member")).length === 1);
    await until(async () => ((await plaza.sandbox.convex.state()).tables["outboxes"] ?? 0) === 0);
    expect(await isIn("quim")).toBe(false);
    expect(answerOf(await say("leo", "/deliveries")).text).toBe("Every message has arrived.");
  });
});

describe("who may not decide", () => {
  test("reads a sentence for themselves alone, and nothing changes", async () => {
    const { sandbox } = plaza;
    await say("mia", "/join");
    await fillIn("mia");
    await openCard("Mia Fischer");
    for (const button of ["Approve", "Reject"]) {
      const before = (await plaza.transcript("telegram", "moderators", "leo")).length;
      const refused = await press("nora", "Mia Fischer", button);
      expect(refused.toast).toBe("That is for moderators.");
      expect(await plaza.transcript("telegram", "moderators", "leo")).toHaveLength(before);
      const inDiscord = await card("discord", "Mia Fischer");
      const answer = await click("discord", "mia", "moderators", inDiscord ?? { id: "" }, button);
      expect(answerOf(answer)).toMatchObject({ ephemeral: true, text: "That is for moderators." });
    }
    expect(isOpen(await card("telegram", "Mia Fischer"))).toBe(true);
    expect((await sandbox.convex.state()).tables["outboxes"] ?? 0).toBe(0);
  });
});

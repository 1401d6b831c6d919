import { pollLimitMs } from "../support/timeLimits.ts";
import { describe, expect, test } from "vitest";
import { acting, isOpen, modalOf, newcomers } from "../support/sandbox/acts.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const spanish = ["Sol", "Eva"];
const names = ["Nils", "Sol", "Eva", "Ida", "Jan", "Kim", "Lea", "Max", "Noa", "Olga"];
const plaza = useSandbox({ crowd: newcomers(names, spanish) });
const { say, command, click, submit, card, told } = acting(plaza);

const form = { goal: "To climb with others", motivation: "I have just moved here", otherNames: "" };

/** Applies in Discord by the dialog; what came back at the end. */
async function apply(as: string) {
  const dialog = modalOf(await command(as, "join", {}, "group"));
  return answerOf(await submit(as, "group", dialog.id, form));
}

async function openCard(platform: string, name: string) {
  return await until(async () => {
    const found = await card(platform, name);
    return isOpen(found) && found;
  });
}

/** Applies, and waits for the card. */
async function waiting(as: string, name: string, platform = "discord") {
  await apply(as);
  return await openCard(platform, name);
}

const decided = async (platform: string, name: string, words: string) =>
  await until(async () => {
    const found = await card(platform, name);
    return found && !isOpen(found) && wordsOf(found).includes(words) ? found : undefined;
  });

describe("applying in Discord", () => {
  test.each([
    ["nils", "Become a member", "What do you want to do here?", "Thank you"],
    ["sol", "Hazte miembro", "¿Qué quieres hacer aquí?", "Gracias"],
  ])("is a dialog in the language of %s, answered to them alone", async (as, title, goal, done) => {
    const dialog = modalOf(await command(as, "join", {}, "group"));
    expect(dialog).toMatchObject({ title, fields: [{ label: goal, required: true }, {}, {}] });
    expect(dialog.fields[2]).toMatchObject({ required: false });
    const answer = answerOf(await submit(as, "group", dialog.id, form));
    expect(answer.ephemeral).toBe(true);
    expect(wordsOf(answer)).toContain(done);
  });

  test("where Convex is slow a message comes first, and its button opens the dialog", async () => {
    const { discord, convex } = plaza.sandbox;
    convex.process.child.kill("SIGSTOP");
    const asked = command("eva", "join", {}, "group");
    // The bot says that it is thinking long before Discord's three seconds are over.
    const isThinking = () => discord.isTyping({ in: "group", as: "eva" });
    try {
      await expect.poll(isThinking, { timeout: pollLimitMs, interval: 20 }).toBe(true);
    } finally {
      convex.process.child.kill("SIGCONT");
    }
    const answer = answerOf(await asked);
    expect(answer).toMatchObject({ ephemeral: true, buttons: [[{ label: "Hazte miembro" }]] });
    const dialog = modalOf(await click("discord", "eva", "group", answer, "Hazte miembro"));
    expect(dialog.title).toBe("Hazte miembro");
    expect(wordsOf(answerOf(await submit("eva", "group", dialog.id, form)))).toContain("Gracias");
  });
});

describe("rejecting", () => {
  test("in Discord: a menu of reasons, read by the applicant in their language", async () => {
    const menu = await click(
      "discord",
      "leo",
      "moderators",
      await openCard("discord", "Sol Vidal"),
      "Reject",
    );
    expect(answerOf(menu).ephemeral).toBe(true);
    expect(labelsOf(answerOf(menu))).toEqual([
      "The application says too little",
      "It does not fit this community",
      "You have an account already",
      "There is no room at the moment",
      "In my own words",
      "No reason",
    ]);
    const reason = "The application says too little";
    const done = await click("discord", "leo", "moderators", answerOf(menu), reason);
    expect(answerOf(done)).toMatchObject({
      text: "Sol Vidal has been turned down.",
      ephemeral: true,
    });
    expect(labelsOf(answerOf(done))).toEqual([]);
    for (const platform of ["discord", "telegram"]) await decided(platform, "Sol Vidal", reason);
    const words = "La solicitud dice demasiado poco";
    await until(async () => (await told("discord", "sol", words)).length === 1);
  });

  test("in Discord with one's own words: a dialog", async () => {
    const open = await openCard("discord", "Nils Vidal");
    const menu = answerOf(await click("discord", "leo", "moderators", open, "Reject"));
    const answer = await click("discord", "leo", "moderators", menu, "In my own words");
    const dialog = modalOf(answer);
    expect(dialog).toMatchObject({ title: "Reject an application", fields: [{ multiline: true }] });
    const reason = "Please come to *one* evening first";
    const done = await submit("leo", "moderators", dialog.id, { reason });
    expect(answerOf(done)).toMatchObject({ text: "Nils Vidal has been turned down." });
    await until(async () => (await told("discord", "nils", "one")).length === 1);
    expect(wordsOf(await decided("telegram", "Nils Vidal", reason))).toContain("Leo Park");
  });

  test("in a private chat with the bot in Telegram: the question for the words", async () => {
    const menu = answerOf(await say("leo", "/reject eva vidal"));
    const question = answerOf(await click("telegram", "leo", "dm", menu, "In my own words"));
    expect(question.text).toContain("Reason, for the applicant");
    const reason = "Tell us a little more";
    expect(answerOf(await say("leo", reason)).text).toBe("Eva Vidal has been turned down.");
    await until(async () => (await told("discord", "eva", reason)).length === 1);
  });

  test("in a group in Telegram: how to write it behind the command", async () => {
    await waiting("ida", "Ida Vidal");
    const open = await openCard("telegram", "Ida Vidal");
    const menu = answerOf(await click("telegram", "leo", "moderators", open, "Reject"));
    const hint = await click("telegram", "leo", "moderators", menu, "In my own words");
    expect(`${hint.toast}${(hint.messages ?? []).map(wordsOf).join()}`).toContain("/reject");
    expect(isOpen(await card("telegram", "Ida Vidal"))).toBe(true);
  });

  test("in one line, the name first", async () => {
    const done = answerOf(await say("leo", "/reject ida vidal too short", "moderators"));
    expect(done.text).toBe("Ida Vidal has been turned down.");
    await until(async () => (await told("discord", "ida", "too short")).length === 1);
  });

  test("a second decision says who was faster, on each platform", async () => {
    for (const again of [
      await say("leo", "/reject ida no", "moderators"),
      await command("leo", "approve", { who: "ida" }, "moderators"),
    ])
      expect(wordsOf(answerOf(again))).toMatch(
        /Nothing to decide any more for Ida Vidal[^]*Leo Park/,
      );
  });
});

describe("who waits", () => {
  test("is listed, and decided by a tap that leaves the list of the others", async () => {
    await waiting("jan", "Jan Vidal");
    await waiting("kim", "Kim Vidal");
    const list = answerOf(await command("leo", "pending"));
    expect(wordsOf(list)).toContain("2 wait");
    const left = answerOf(await click("discord", "leo", "dm", list, "Approve Jan Vidal"));
    expect(left.id).toBe(list.id);
    expect(wordsOf(left)).toMatch(/One waits[^]*Jan Vidal is a member now\.[^]*Kim Vidal/);
    expect(labelsOf(left)).toEqual(["Approve Kim Vidal", "Reject"]);
    await until(async () => plaza.sandbox.discord.rolesOf("jan").length === 1);
  });

  test("is the same list in Telegram, and nobody when all are decided", async () => {
    const list = answerOf(await say("leo", "/pending"));
    const left = answerOf(await click("telegram", "leo", "dm", list, "Approve Kim Vidal"));
    expect(left.id).toBe(list.id);
    expect(left.text).toMatch(/Kim Vidal is a member now\.[^]*Nobody waits\./);
    expect(labelsOf(left)).toEqual([]);
  });

  test("is approved by /approve all, which asks first and leaves out who comes after", async () => {
    for (const [as, name] of [
      ["lea", "Lea Vidal"],
      ["max", "Max Vidal"],
    ] as const)
      await waiting(as, name);
    const asked = answerOf(await command("leo", "approve", { who: "all" }, "moderators"));
    expect(wordsOf(asked)).toContain("Approve all 2 who wait?");
    await waiting("noa", "Noa Vidal");
    const begun = await click("discord", "leo", "moderators", asked, "Approve all");
    expect(wordsOf(answerOf(begun))).toContain("one after the other");
    for (const name of ["Lea Vidal", "Max Vidal"])
      for (const platform of ["telegram", "discord"]) await decided(platform, name, "Approved");
    for (const as of ["lea", "max"])
      await until(async () => (await told("discord", as, "You are a member")).length === 1);
    expect(wordsOf(answerOf(await command("leo", "pending")))).toContain("Noa Vidal");
  });

  test("stays as they are where the question is answered with no", async () => {
    const asked = answerOf(await say("leo", "/approve all"));
    const none = answerOf(await click("telegram", "leo", "dm", asked, "Cancel"));
    expect(none.text).toBe("Nothing was changed.");
    expect(isOpen(await card("telegram", "Noa Vidal"))).toBe(true);
  });
});

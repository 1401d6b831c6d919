import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import type { Message } from "../../shared/messages/message.ts";
import { texts } from "../../shared/texts/index.ts";
import { places, resultOf, talk, wordsOf } from "../support/access/chats.ts";
import { applyAs, moderator, plazaWithModerators } from "../support/convex/applications.ts";
import { as, day, everything, minute, pass, type Plaza, rows } from "../support/convex/plaza.ts";

// A form that is asked question by question, where the platform has no dialogs. Every message here
// is answered by a bot that has just been started: what it knows is in Convex.

const t9n = texts("en");
const wanda = "telegram:810";

/** What a message asks for: the number and the label of its question. */
function asks(message: Message): string {
  return /(\d\/\d)\s+·/.exec(wordsOf(message))?.[1] ?? wordsOf(message);
}

function pressesOf(message: Message): string[] {
  return (message.buttons ?? []).flat().map((one) => ("action" in one ? one.action : one.url));
}

async function written(t: Plaza) {
  return (await rows(t, "applications")).map(({ goal, motivation, otherNames, status }) => ({
    goal,
    motivation,
    status,
    ...(otherNames !== undefined && { otherNames }),
  }));
}

test("each answer brings the next question, and the last one the application", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, wanda);
  expect(asks(await me.command("join"))).toBe("1/3");
  expect(asks(await me.say("  To learn ", "11"))).toBe("2/3");
  expect(asks(await me.say("Curious", "12"))).toBe("3/3");
  expect(wordsOf(await me.say("wan, wanda99", "13"))).toContain(t9n("join.done.title"));
  expect(await written(t)).toEqual([
    { goal: "To learn", motivation: "Curious", otherNames: "wan, wanda99", status: "pending" },
  ]);
});

test("what may be left out can be skipped, and nothing else", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, wanda);
  const first = await me.command("join");
  expect(pressesOf(first)).toEqual(["dialog|cancel"]);
  expect(wordsOf(await me.press("dialog|skip"))).toBe(t9n("unknown.button"));
  await me.say("To learn", "11");
  expect(pressesOf(await me.say("Curious", "12"))).toEqual(["dialog|skip", "dialog|cancel"]);
  await me.press("dialog|skip");
  expect(await written(t)).toEqual([
    { goal: "To learn", motivation: "Curious", status: "pending" },
  ]);
});

describe("a message that comes again", () => {
  test("is taken once, and the same question is asked", async () => {
    const t = await plazaWithModerators();
    const me = talk(t, wanda);
    await me.command("join");
    await me.say("To learn", "11");
    const before = await everything(t);
    expect(asks(await me.say("To learn", "11"))).toBe("2/3");
    expect(await everything(t)).toEqual(before);
  });

  test("to two bots at once is an answer to one question", async () => {
    const t = await plazaWithModerators();
    await talk(t, wanda).command("join");
    const answer = async (field: string) =>
      await as(t, wanda).mutation(api.dialogs.answer, {
        field,
        value: "To learn",
        messageId: "11",
        isLast: false,
      });
    await Promise.all([answer("goal"), answer("motivation")]);
    expect(await rows(t, "dialogs")).toMatchObject([{ answers: { goal: "To learn" } }]);
    expect((await rows(t, "dialogs"))[0]?.answers).not.toHaveProperty("motivation");
  });

  test("as the last one says again what became of it, and applies once", async () => {
    const t = await plazaWithModerators();
    const me = talk(t, wanda);
    await me.command("join");
    for (const [text, id] of [
      ["To learn", "11"],
      ["Curious", "12"],
      ["wan", "13"],
    ] as const)
      await me.say(text, id);
    expect(resultOf(await me.say("wan", "13"))).toBe("already-applied");
    expect(await written(t)).toHaveLength(1);
  });

  test("after the bot died before it could apply applies then", async () => {
    const t = await plazaWithModerators();
    const me = talk(t, wanda);
    await me.command("join");
    await me.say("To learn", "11");
    await me.say("Curious", "12");
    // The last answer was kept, and the bot died.
    await t.run(async ({ db }) => {
      const [row] = await db.query("dialogs").collect();
      const answers = { ...row?.answers, otherNames: "wan" };
      if (row) await db.patch("dialogs", row._id, { answers, isDone: true, lastMessageId: "13" });
    });
    expect(wordsOf(await me.say("wan", "13"))).toContain(t9n("join.done.title"));
    expect(await written(t)).toHaveLength(1);
  });
});

test.each([
  ["goal", 280, []],
  ["motivation", 500, ["To learn"]],
  ["otherNames", 200, ["To learn", "Curious"]],
] as const)(
  "an answer for %s of more than %d letters is asked for again",
  async (field, most, answered) => {
    const t = await plazaWithModerators();
    const me = talk(t, wanda);
    await me.command("join");
    for (const [index, text] of answered.entries()) await me.say(text, `${index}`);
    const question = `${answered.length + 1}/3`;
    const answer = await me.say("x".repeat(most + 1), "20");
    expect(asks(answer)).toBe(question);
    expect(wordsOf(answer)).toContain(t9n("dialog.too-long", { longest: most, length: most + 1 }));
    expect(asks(await me.say("x".repeat(most), "21"))).not.toBe(question);
    const [row] = await rows(t, "dialogs");
    expect(row?.answers[field]).toBe("x".repeat(most));
  },
);

test("an empty answer to what is required is refused before anything is kept", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, wanda);
  await me.command("join");
  await me.say(" ", "11");
  await me.say("Curious", "12");
  expect(resultOf(await me.say("wan", "13"))).toBe("bad-goal");
  expect(await written(t)).toEqual([]);
});

test("a form that was cancelled is forgotten: words are no answers any more", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, wanda);
  await me.command("join");
  await me.say("To learn", "11");
  expect(wordsOf(await me.press("dialog|cancel"))).toBe(t9n("dialog.cancelled"));
  expect(await rows(t, "dialogs")).toEqual([]);
  expect(wordsOf(await me.say("Curious", "12"))).toContain(t9n("unknown.text"));
});

test("a form that is begun anew begins with its first question", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, wanda);
  await me.command("join");
  await me.say("To learn", "11");
  expect(asks(await me.command("join"))).toBe("1/3");
  expect(await rows(t, "dialogs")).toMatchObject([{ answers: {} }]);
});

test("each chat account fills in its own form", async () => {
  const t = await plazaWithModerators();
  await talk(t, wanda).command("join");
  await talk(t, "telegram:811").command("join");
  await talk(t, wanda).say("To learn", "11");
  expect(asks(await talk(t, "telegram:811").say("To teach", "11"))).toBe("2/3");
  const answers = (await rows(t, "dialogs")).map((row) => row.answers["goal"]);
  expect(answers).toEqual(["To learn", "To teach"]);
});

test("a form is forgotten a day after its last answer, and not before", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, wanda);
  await me.command("join");
  await pass(t, day - minute);
  await me.say("To learn", "11");
  await pass(t, day - minute);
  await t.mutation(internal.sweep.expired, { rule: "dialogs" });
  expect(asks(await me.say("Curious", "12"))).toBe("3/3");
  await pass(t, day + minute);
  await t.mutation(internal.sweep.expired, { rule: "dialogs" });
  expect(await rows(t, "dialogs")).toEqual([]);
  expect(wordsOf(await me.say("wan", "13"))).toContain(t9n("unknown.text"));
});

test("a reason is typed in the same way, by a moderator", async () => {
  const t = await plazaWithModerators();
  const { _id } = await applyAs(t, wanda);
  const deciding = talk(t, moderator);
  // A single question is not counted.
  expect(wordsOf(await deciding.press(`apply|words|${_id}`))).not.toContain("1/1");
  await deciding.say("Tell us more", "21");
  expect(await rows(t, "applications")).toMatchObject([
    { status: "rejected", reason: "Tell us more" },
  ]);
});

test("in Discord a form is a dialog: nothing is asked question by question", async () => {
  const t = await plazaWithModerators();
  const me = talk(t, "discord:910", places["Discord in private"]);
  const { form } = await me.command("join");
  expect(form?.fields.map(({ id, maxLength }) => [id, maxLength])).toEqual([
    ["goal", 280],
    ["motivation", 500],
    ["otherNames", 200],
  ]);
  expect(await rows(t, "dialogs")).toEqual([]);
  await me.submit("join", { goal: "To learn", motivation: "Curious", otherNames: "" });
  expect(await written(t)).toHaveLength(1);
});

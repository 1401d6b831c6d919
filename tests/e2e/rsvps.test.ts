import { describe, expect, test } from "vitest";
import { acting, newcomers } from "../support/sandbox/acts.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// Who comes, as people say it in both chats: Mia has linked hers, Nora (who reads Spanish) and Tom
// have not.

const plaza = useSandbox({ crowd: newcomers(["Nora", "Tom"], ["Nora"]) });
const { say, command, click, told } = acting(plaza);
const hour = 3_600_000;

const put = async (event: Record<string, unknown>) =>
  await plaza.control({ do: "calendar", put: event });
/** Hours from now, by the sandbox's clock. */
const inHours = (hours: number) => new Date(plaza.sandbox.clock().now + hours * hour).toISOString();
const sync = async () => answerOf(await say("leo", "/sync"));
/** Nothing is owed, and nothing is under way. */
const idle = async () =>
  await until(async () => {
    const state = await (await fetch(`${plaza.url}/api/control`)).json();
    return ((state as { tables: Record<string, number> }).tables["outboxes"] ?? 0) === 0;
  });
const advance = async (by: string) => {
  // Not while something is being sent: its lease would run out, and it would be sent again.
  await idle();
  await plaza.control({ do: "clock", advance: by });
  await plaza.control({ do: "run", cron: "send-reminders" });
};
/** The announcement of an event in the channel of news. */
const announced = async (platform: string, title: string) =>
  await until(async () =>
    (await plaza.transcript(platform, "announcements", "ana")).findLast(
      (message) => wordsOf(message).includes(title) && labelsOf(message).length > 0,
    ),
  );
/** Whether somebody was told just so often, and stays so while everything that is owed is sent. */
const times = async (platform: string, as: string, words: string, count: number) => {
  await until(async () => (await told(platform, as, words)).length === count);
  await idle();
  expect(await told(platform, as, words)).toHaveLength(count);
};

test("who has linked both chats answers in one and sees it in the other", async () => {
  // They have spoken to the bot: it may write to them.
  for (const who of ["nora", "tom", "mia"]) answerOf(await say(who, "/start"));
  answerOf(await say("mia", "/link"));
  answerOf(await command("mia", "link"));
  await put({ slug: "moonlight", title: "Moonlight swim", start: inHours(50), end: inHours(52) });
  await sync();
  const card = await announced("telegram", "Moonlight swim");
  expect(labelsOf(card)).toEqual(
    expect.arrayContaining(["I'm in", "+1", "Maybe", "Not coming", "Remind me"]),
  );
  const alert = await click("telegram", "mia", "announcements", card, "I'm in");
  expect(alert.toast).toBe("Moonlight swim: You are going.");
  expect(wordsOf(answerOf(await command("mia", "going")))).toMatch(/Moonlight swim.*going/s);
});

test("a press under an announcement is answered to the one who pressed, with the choice of reminders", async () => {
  const card = await announced("discord", "Moonlight swim");
  const answer = answerOf(await click("discord", "nora", "announcements", card, "+1"));
  expect(answer.ephemeral).toBe(true);
  expect(wordsOf(answer)).toContain("Vas, y traes a alguien.");
  expect(labelsOf(answer)).toEqual(expect.arrayContaining(["✓ +1", "1 día antes", "1 hora antes"]));
  const set = answerOf(await click("discord", "nora", "announcements", answer, "1 hora antes"));
  expect(set.id).toBe(answer.id);
  expect(wordsOf(set)).toContain("Te lo recuerdo 1 hora antes.");
  expect(labelsOf(set)).toContain("✓ 1 hora antes");
});

test("a card shows how many come, and the reader's own answer", async () => {
  const card = answerOf(await say("mia", "/event moonlight"));
  expect(card.text).toContain("In Plaza: 3 going");
  expect(card.text).toContain("You are going.");
  const alert = await click(
    "telegram",
    "tom",
    "announcements",
    await announced("telegram", "Moonlight swim"),
    "Remind me",
  );
  expect(alert.toast).toContain("I remind you 1 hour before");
});

describe("a line for seats", () => {
  test("is kept in order, and whoever gets a seat is told in the other chat", async () => {
    expect(answerOf(await say("leo", "/going limit moonlight 3")).text).toContain(
      "3 of 3 seats taken",
    );
    const waiting = answerOf(await say("tom", "/going moonlight yes"));
    expect(waiting.text).toContain("Every seat is taken. You are number 1 on the waitlist");
    answerOf(await command("mia", "going", { event: "moonlight", answer: "no" }));
    await times("telegram", "tom", "You have a seat: Moonlight swim", 1);
    expect(answerOf(await say("tom", "/going")).text).toMatch(/Moonlight swim.*· going/s);
  });

  test("somebody more without a seat: one's own is kept", async () => {
    const kept = answerOf(await say("tom", "/going moonlight +1"));
    expect(kept.text).toContain("There is no second seat, so you keep yours alone.");
    expect(labelsOf(kept)).toContain("✓ I'm in");
  });
});

describe("an event that moves", () => {
  test("takes reminders along, which come when they are due, once, in each one's language", async () => {
    await put({ slug: "moonlight", start: inHours(30), end: inHours(32) });
    await sync();
    const [mine] = [answerOf(await say("tom", "/remind"))];
    expect(mine?.text).toContain("1 hour before");
    await advance("28h");
    expect(await told("telegram", "tom", "Reminder: Moonlight")).toHaveLength(0);
    await advance("61m");
    await advance("1m");
    await times("telegram", "tom", "Reminder: Moonlight swim", 1);
    await times("discord", "nora", "Recordatorio: Moonlight swim", 1);
  });

  test("within a day is told to who comes, once, on both platforms; and no older word after it", async () => {
    await put({ slug: "moonlight", start: inHours(5), end: inHours(7) });
    await sync();
    await times("telegram", "tom", "New time: Moonlight swim", 1);
    await times("discord", "nora", "Nueva hora: Moonlight swim", 1);
    expect(await told("telegram", "mia", "New time: Moonlight")).toHaveLength(0);
    await sync();
    await times("telegram", "tom", "New time: Moonlight swim", 1);
    // In its first minute it is corrected where it stands.
    await put({ slug: "moonlight", start: inHours(6), end: inHours(8) });
    await sync();
    await until(async () => (await told("telegram", "tom", "New time"))[0]?.edited !== undefined);
    await times("telegram", "tom", "New time: Moonlight swim", 1);
    await times("discord", "nora", "Nueva hora: Moonlight swim", 1);
  });
});

describe("a calendar of one's own", () => {
  const linkIn = (text: string) => /http\S+\.ics/.exec(text)?.[0] ?? "";

  test("is a link that shows what one goes to, and nothing where it is made anew", async () => {
    const shown = answerOf(await say("tom", "/calendar mine"));
    const link = linkIn(shown.text);
    expect(link).toContain("/calendars/mine/");
    expect(shown.files).toHaveLength(1);
    const read = await fetch(link);
    expect(await read.text()).toContain("SUMMARY:Moonlight swim");
    const renewed = answerOf(await click("telegram", "tom", "dm", shown, "New link"));
    expect((await fetch(link)).status).toBe(404);
    expect((await fetch(linkIn(renewed.text))).status).toBe(200);
  });

  test("is shown in private alone", async () => {
    const answer = answerOf(await command("nora", "calendar", { org: "mine" }, "group"));
    expect(wordsOf(answer)).not.toContain(".ics");
    expect(answer.ephemeral).toBe(true);
    const own = answerOf(await command("nora", "calendar", { org: "mine" }));
    expect(wordsOf(own)).toContain("Tu propio calendario");
  });
});

test("called off within a day is told to who comes, and their calendar forgets it", async () => {
  await put({ slug: "moonlight", cancelled: true });
  await plaza.control({ do: "calendar", remove: "moonlight" });
  await sync();
  // The second look counts a while after the first.
  await plaza.control({ do: "clock", advance: "2m" });
  await sync();
  await times("telegram", "tom", "Cancelled: Moonlight swim", 1);
  await times("discord", "nora", "Cancelado: Moonlight swim", 1);
  expect(answerOf(await say("tom", "/going")).text).toContain("not said yes to anything");
});

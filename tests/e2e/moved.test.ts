import { afterAll, expect, test } from "vitest";
import { people } from "../../bots/sandbox/server/fixtureUsers.ts";
import type { TranscriptMessage } from "../../bots/sandbox/contract.ts";
import { acting } from "../support/sandbox/acts.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// An event moved in the calendar changes everything that speaks of it, each once: the boards of both
// chats, the Discord server's own event, the announcements, a member's reminder. By script alone.

const plaza = useSandbox();
const { say, command, click, told } = acting(plaza);
const platforms = ["telegram", "discord"] as const;
const minute = 60_000;
const hour = 60 * minute;
const title = "Lantern walk";
const now = () => plaza.sandbox.clock().now;
/** A whole minute, so many hours from now. */
const inHours = (hours: number) => Math.ceil(now() / minute) * minute + hours * hour;

type State = {
  calendar: { slug: string }[];
  scheduled: { name: string; start: string }[];
  tables: Record<string, number>;
};
const state = async () => (await (await fetch(`${plaza.url}/api/control`)).json()) as State;
const put = async (event: object) =>
  expect(await plaza.control({ do: "calendar", put: { slug: "lantern", ...event } })).toMatchObject(
    { ok: true },
  );
const sync = async () => answerOf(await say("leo", "/sync"));
const advance = async (by: string) => await plaza.control({ do: "clock", advance: by });

const inChannel = async (platform: string, what: (message: TranscriptMessage) => boolean) =>
  (await plaza.transcript(platform, "announcements", "ana")).filter(
    (message) => !message.deleted && wordsOf(message).includes(title) && what(message),
  );
const isBoard = (message: TranscriptMessage) => /What is on|Qué hay/.test(wordsOf(message));
const board = async (platform: string) => (await inChannel(platform, isBoard)).at(-1);
const announcements = async (platform: string) =>
  await inChannel(platform, (message) => !isBoard(message));

/** Every moment in a message, as either platform writes it: "<t:...>", or an entity. */
const hasMoment = (message: TranscriptMessage | undefined, at: number) =>
  JSON.stringify(message ?? "").includes(String(at / 1000));
const scheduled = async () =>
  (await state()).scheduled
    .filter(({ name }) => name === title)
    .map(({ start }) => Date.parse(start));

/** The chats of news, and Ana's own: what an event changes reaches these, and the server's events. */
const news = { telegram: "-1001000000002", discord: "910000000000000002" };
const anas = String(people.find(({ key }) => key === "ana")?.telegramId);

/** What the emulators were asked for from now on that people see, "telegram sendMessage", with when. */
function watch() {
  const begun = now();
  return () =>
    platforms
      .flatMap((platform) =>
        plaza.sandbox[platform].requests().map(({ method, at, chat, status }) => {
          const to = chat === anas ? "ana" : chat === news[platform] ? "news" : chat;
          return { what: [platform, method, to].filter(Boolean).join(" "), at, status };
        }),
      )
      .filter(({ what, at }) => at >= begun && seen.test(what));
}
const seen =
  /^telegram (send|edit)\w+ (ana|news)$|^discord (POST|PATCH|DELETE) .*(messages.* news|scheduled-events\S*)$/;

/** How often each thing was asked for; none was refused. */
function counted(wires: ReturnType<ReturnType<typeof watch>>) {
  expect(wires.filter(({ status }) => status >= 300)).toEqual([]);
  const counts: Record<string, number> = {};
  for (const { what } of wires) counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}

const edits = "telegram editMessageText news";
const patches = "discord PATCH /channels/:/messages/: news";
const rescheduled = "discord PATCH /guilds/:/scheduled-events/:";

/**
 * Nothing is owed any more, at three looks in a row: what has come due may still be on its way into
 * the ledger. Chats that have just changed wait for their turn by the clock, which is moved at most
 * so often.
 */
async function quiet(mostMoves = Infinity) {
  let calm = 0;
  let moves = 0;
  await until(async () => {
    if (((await state()).tables["outboxes"] ?? 0) === 0) return ++calm === 3;
    calm = 0;
    if (moves++ < mostMoves) await advance("3s");
    return false;
  });
}

const measured: string[] = [];
afterAll(() => {
  for (const line of measured) console.info(line);
});

/** Moves the event: so often each thing is asked for by then, and no more when nothing is owed. */
async function move(name: string, start: number, expected: Record<string, number>) {
  // Chats that have just changed have had their rest, so that nothing waits for its turn.
  await advance("15s");
  const end = new Date(start + 2 * hour).toISOString();
  const wires = watch();
  await put({ start: new Date(start).toISOString(), end });
  const asked = now();
  await sync();
  const synced = now();
  for (const platform of platforms)
    await until(async () => hasMoment(await board(platform), start));
  await until(async () => (await scheduled())[0] === start);
  const all = Object.values(expected).reduce((sum, count) => sum + count, 0);
  await until(async () => Promise.resolve(wires().length >= all));
  await quiet();
  expect(await scheduled()).toEqual([start]);
  const found = wires();
  const last = Math.max(...found.map(({ at }) => at));
  measured.push(
    `moved ${name}: the last of ${found.length} requests ${last - asked} ms after the sync was asked for, ` +
      `which took ${synced - asked} ms`,
  );
  expect(counted(found)).toEqual(expected);
}

/** When Ana is reminded, as `/remind` says. */
async function isDueAt(at: number) {
  const shown = answerOf(await say("ana", "/remind"));
  expect(wordsOf(shown)).toContain(title);
  expect(hasMoment(shown, at)).toBe(true);
}

test("the sandbox is set: boards, the server's events, an announcement, a member who is reminded", async () => {
  answerOf(await command("leo", "org", { mirror: "on" }, "group"));
  answerOf(await say("leo", "/channel board add events chat=-1001000000002"));
  answerOf(await command("leo", "channel", { board: "add events" }, "announcements"));
  await quiet();
  // Nothing else is planned: at some hour of the day, a reminder of another event would be due too.
  for (const { slug } of (await state()).calendar) await put({ slug, cancelled: true });
  // An empty calendar is doubted, and what is missing is called off at the second look.
  for (let look = 1; look <= 2; look++) {
    const doubted = await sync();
    answerOf(await click("telegram", "leo", "dm", doubted, labelsOf(doubted)[0] ?? ""));
    await plaza.control({ do: "clock", advance: "3m" });
  }
  expect(wordsOf(answerOf(await say("leo", "/events")))).toContain("Nothing is planned");
  await quiet();
  const start = inHours(50);
  await put({
    title,
    start: new Date(start).toISOString(),
    end: new Date(start + 2 * hour).toISOString(),
    location: "Old bridge",
  });
  await sync();
  // The next test comes within the first minute, however slow the machine is.
  await quiet(5);
  for (const platform of platforms) {
    expect(await announcements(platform)).toHaveLength(1);
    expect(wordsOf(await board(platform))).toContain(title);
  }
  expect(await scheduled()).toEqual([start]);
  const [card] = await announcements("telegram");
  if (!card) throw new Error("nothing was announced");
  await click("telegram", "ana", "announcements", card, labelsOf(card)[0] ?? "");
  const offer = answerOf(await say("ana", `/remind ${title} 1h`));
  expect(wordsOf(offer)).toContain(title);
  await isDueAt(start - hour);
});

test("moved within the first minute, everything is corrected where it stands, each once", async () => {
  const start = inHours(53);
  await move("in its first minute", start, {
    // The board, and the announcement.
    [edits]: 2,
    [patches]: 2,
    [rescheduled]: 1,
  });
  for (const platform of platforms) {
    const [announced, ...others] = await announcements(platform);
    expect(others).toEqual([]);
    expect(hasMoment(announced, start)).toBe(true);
  }
  await isDueAt(start - hour);
});

test("moved later, the boards and the server's event follow, and the move is told once", async () => {
  await advance("10m");
  const start = inHours(57);
  await move("later", start, {
    [edits]: 1,
    [patches]: 1,
    [rescheduled]: 1,
    "telegram sendMessage news": 1,
    "discord POST /channels/:/messages news": 1,
  });
  for (const platform of platforms) {
    const all = await announcements(platform);
    expect(all).toHaveLength(2);
    expect(hasMoment(all.at(-1), start)).toBe(true);
  }
  await isDueAt(start - hour);
});

test("moved within a day of it, who goes is told as well, once", async () => {
  await advance("40h");
  await quiet();
  const start = inHours(19);
  const before = (await told("telegram", "ana", title)).length;
  await move("within a day", start, {
    [edits]: 1,
    [patches]: 1,
    [rescheduled]: 1,
    "telegram sendMessage news": 1,
    "discord POST /channels/:/messages news": 1,
    "telegram sendMessage ana": 1,
  });
  const notices = (await told("telegram", "ana", title)).slice(before);
  expect(notices).toHaveLength(1);
  expect(hasMoment(notices[0], start)).toBe(true);
  await isDueAt(start - hour);
});

test("the member is reminded once, when it is due now, and not when it was", async () => {
  const before = (await told("telegram", "ana", title)).length;
  await advance("17h");
  await plaza.control({ do: "run", cron: "send-reminders" });
  await quiet();
  expect(await told("telegram", "ana", title)).toHaveLength(before);
  await advance("65m");
  await plaza.control({ do: "run", cron: "send-reminders" });
  await until(async () => (await told("telegram", "ana", title)).length === before + 1);
  await plaza.control({ do: "run", cron: "send-reminders" });
  await quiet();
  expect(await told("telegram", "ana", title)).toHaveLength(before + 1);
});

import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { acting } from "../support/sandbox/acts.ts";
import { asAdmin } from "../support/sandbox/audience.ts";
import { answerOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// Boards in both platforms' chats, driven as people and calendars do.

const plaza = useSandbox();
const { say, command, click } = acting(plaza);
const platforms = ["telegram", "discord"] as const;

const put = async (event: Record<string, unknown>) =>
  await plaza.control({ do: "calendar", put: event });
const at = (hours: number) => new Date(plaza.sandbox.clock().now + hours * 3_600_000).toISOString();
const sync = async () => answerOf(await say("leo", "/sync"));

/** The boards of events in a platform's channel, as Ana sees them; those deleted are not there. */
async function boards(platform: string) {
  const seen = await plaza.transcript(platform, "announcements", "ana");
  const title = /What is on at|Qué hay en/;
  return seen.filter((message) => !message.deleted && title.test(wordsOf(message)));
}

/** Until the newest board of each platform says, or no longer says, these words. */
async function shows(words: string, isThere = true): Promise<boolean> {
  for (const platform of platforms)
    await until(async () => {
      const board = (await boards(platform)).at(-1);
      if (board && wordsOf(board).includes(words) === isThere) return true;
      // A chat that has just changed waits for its next turn.
      await plaza.control({ do: "clock", advance: "3s" });
      return false;
    });
  return true;
}

const chat = "chat=-1001000000002";

describe("a board of events", () => {
  test("is posted, and pinned, in both platforms' channels", async () => {
    await put({ slug: "rust", title: "Rust evening", start: at(50), end: at(52) });
    await sync();
    const said = answerOf(await say("leo", `/channel board add events ${chat}`));
    expect(said.text).toContain("changes by itself");
    const options = { board: "add events" };
    expect(wordsOf(answerOf(await command("leo", "channel", options, "announcements")))).toContain(
      "changes by itself",
    );
    expect(await shows("Rust evening")).toBe(true);
    const { telegram, discord } = plaza.sandbox;
    const pins = () => discord.requests().filter(({ method }) => /PUT.*pins/.test(method)).length;
    // A pin follows its message.
    await until(async () => telegram.count("pinChatMessage") > 0 && pins() > 0);
    expect([telegram.count("pinChatMessage"), pins()]).toEqual([1, 1]);
  });

  test("follows a sync", async () => {
    await put({ slug: "rust", title: "Rust night" });
    await sync();
    expect(await shows("Rust night")).toBe(true);
    expect(await shows("Rust evening", false)).toBe(true);
  });

  test("follows an admin's change", async () => {
    const admin = await asAdmin(plaza.sandbox);
    const [event] = await admin.query(api.events.queries.search, { words: "Rust night" });
    if (!event) throw new Error("there is no event");
    const changes = { title: "Rust at night", location: "Casa Roja" };
    await admin.mutation(api.events.mutations.update, { eventId: event._id, changes });
    expect(await shows("Casa Roja")).toBe(true);
  });

  test("follows a tap in the other chat", async () => {
    const { messages } = await command("mia", "event", { name: "Rust at night" });
    const [card] = messages ?? [];
    if (!card) throw new Error("there is no card");
    await click("discord", "mia", "dm", card, "I'm in");
    expect(await shows("Casa Roja · 1 going")).toBe(true);
  });

  test("follows the clock: what has begun is on now, what is over is gone", async () => {
    await put({ slug: "tea", title: "Tea", start: at(1), end: at(3) });
    await sync();
    expect(await shows("Tea")).toBe(true);
    for (const [words, isThere] of [
      ["now", true],
      ["Tea", false],
    ] as const) {
      await plaza.control({ do: "clock", advance: "2h" });
      await plaza.control({ do: "run", cron: "update-event-statuses" });
      expect(await shows(words, isThere)).toBe(true);
    }
  });

  test("is one message in each channel, however often it changed", async () => {
    for (const platform of platforms) expect(await boards(platform)).toHaveLength(1);
  });

  test("speaks the channel's language", async () => {
    answerOf(await say("leo", `/channel language=es ${chat}`));
    answerOf(await command("leo", "channel", { language: "es" }, "announcements"));
    expect(await shows("Qué hay en")).toBe(true);
    answerOf(await say("leo", `/channel language=en ${chat}`));
    answerOf(await command("leo", "channel", { language: "en" }, "announcements"));
    expect(await shows("What is on at")).toBe(true);
  });
});

describe("what becomes of a board", () => {
  test("deleted, it is posted anew with the next change; deleted again, it is off and says why", async () => {
    const remove = async () => {
      for (const platform of platforms)
        for (const { id } of await boards(platform))
          plaza.sandbox[platform].deleteMessage({ in: "announcements", as: "leo", id });
    };
    await remove();
    for (const platform of platforms) expect(await boards(platform)).toHaveLength(0);
    await put({ slug: "rust", title: "Nothing", start: at(70), end: at(71) });
    await put({ slug: "jam", title: "Jam session", start: at(60), end: at(61) });
    await sync();
    expect(await shows("Jam session")).toBe(true);
    await remove();
    await put({ slug: "jam", title: "Jam night" });
    await sync();
    const state = async () => wordsOf(answerOf(await say("leo", `/channel ${chat}`)));
    await until(async () => {
      await plaza.control({ do: "clock", advance: "3s" });
      return (await state()).includes("off: its message was deleted twice");
    });
    for (const platform of platforms) expect(await boards(platform)).toHaveLength(0);
  });

  test("added again it stands again; taken away its message says so and changes no more", async () => {
    answerOf(await say("leo", `/channel tablón añadir eventos ${chat}`));
    answerOf(await command("leo", "channel", { board: "add events" }, "announcements"));
    expect(await shows("Jam night")).toBe(true);
    answerOf(await say("leo", `/channel board remove events ${chat}`));
    answerOf(await command("leo", "channel", { board: "quitar eventos" }, "announcements"));
    for (const platform of platforms)
      await until(async () => (await boards(platform)).length === 0 && (await retired(platform)));
    await until(async () => (await outboxes()) === 0);
    await plaza.control({ do: "clock", advance: "1m" });
    await put({ slug: "jam", title: "Unseen" });
    await sync();
    await until(async () => (await outboxes()) === 0);
    for (const platform of platforms) expect(await retired(platform)).toBe(true);
    expect(wordsOf(answerOf(await say("leo", `/channel board ${chat}`)))).toContain("no boards");
  });

  test("one of which nobody knows whether it was posted is named in /deliveries, and sent again", async () => {
    await plaza.control({ do: "clock", advance: "1m" });
    const admin = await asAdmin(plaza.sandbox);
    await plaza.control({ do: "fault", platform: "telegram", kind: "500-after", count: 2 });
    const board = { platform: "telegram", title: "Plaza news", view: "events" } as const;
    await admin.mutation(api.boards.add, { ...board, chatId: "-1001000000002" });
    await until(async () => {
      await plaza.control({ do: "clock", advance: "5s" });
      return plaza.sandbox.telegram.faults().length === 0 && (await outboxes()) === 0;
    });
    expect(answerOf(await say("leo", `/channel board ${chat}`)).text).toContain("not shown:");
    const failed = answerOf(await say("leo", "/deliveries"));
    expect(failed.text).toMatch(/board · Plaza.* · Plaza ·/);
  });
});

/** What stands where a board stood. */
async function retired(platform: "telegram" | "discord"): Promise<boolean> {
  const seen = await plaza.transcript(platform, "announcements", "ana");
  return seen.some((message) => /no longer kept|ya no se actualiza/.test(wordsOf(message)));
}

async function outboxes(): Promise<number> {
  const response = await fetch(`${plaza.url}/api/control`);
  const { tables } = (await response.json()) as { tables: Record<string, number> };
  return tables["outboxes"] ?? 0;
}

import { describe, expect, test } from "vitest";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const plaza = useSandbox();
const platforms = ["telegram", "discord"] as const;

/** What a channel was told of a title, newest last. */
async function told(platform: string, title: string) {
  const seen = await plaza.transcript(platform, "announcements", "ana");
  return seen.filter((message) => wordsOf(message).includes(title));
}
const sync = async () => answerOf(await say("/sync")).text;
const say = async (text: string) =>
  await plaza.act({ platform: "telegram", as: "leo", in: "dm", do: "say", text });
const put = async (event: Record<string, unknown>) =>
  await plaza.control({ do: "calendar", put: event });
const inDays = (days: number) =>
  new Date(plaza.sandbox.clock().now + days * 86_400_000).toISOString();
type State = { tables: Record<string, number>; deliveries: Record<string, number> };
const controlState = async () => (await (await fetch(`${plaza.url}/api/control`)).json()) as State;
const isSending = async () => {
  const { deliveries } = await controlState();
  return (deliveries["leased"] ?? 0) + (deliveries["sending"] ?? 0) > 0;
};
const settled = async () => {
  const state = await controlState();
  return (state.tables["outboxes"] ?? 0) === 0 ? state : undefined;
};

describe("a calendar that changes", () => {
  test("tells a new event exactly once in each subscribed channel", async () => {
    await put({ slug: "rust-evening", title: "Rust evening", start: inDays(3), end: inDays(3.1) });
    expect(await sync()).toContain("1 new");
    for (const platform of platforms)
      await until(async () => (await told(platform, "Rust evening")).length === 1);
    const [message] = await told("telegram", "Rust evening");
    expect(message?.text).toContain("New event: Rust evening");
  });

  test("says and writes nothing when it is synced again", async () => {
    const before = await until(settled);
    expect(await sync()).toContain("Nothing has changed");
    await plaza.control({ do: "run", cron: "sync-luma-events" });
    const after = await until(settled);
    expect(after.tables["deliveries"]).toBe(before.tables["deliveries"]);
    expect(after.tables["announcements"]).toBe(before.tables["announcements"]);
    for (const platform of platforms) expect(await told(platform, "Rust evening")).toHaveLength(1);
  });

  test("corrects what was told a moment ago when the event moves, instead of telling twice", async () => {
    await put({ slug: "rust-evening", start: inDays(5), end: inDays(5.1) });
    expect(await sync()).toContain("1 changed");
    for (const platform of platforms) {
      await until(async () => (await told(platform, "Rust evening"))[0]?.edited !== undefined);
      expect(await told(platform, "Rust evening")).toHaveLength(1);
    }
  });

  test("tells a later move as a message of its own, once", async () => {
    await plaza.control({ do: "clock", advance: "10m" });
    await put({ slug: "rust-evening", start: inDays(6), end: inDays(6.1) });
    await sync();
    for (const platform of platforms) {
      await until(async () => (await told(platform, "Rust evening")).length === 2);
      const [, moved] = await told(platform, "Rust evening");
      expect(wordsOf(moved)).toContain("New time");
      expect(wordsOf(moved)).toContain("It was");
    }
  });

  test("calls a vanished event off only after a second look", async () => {
    await plaza.control({ do: "calendar", remove: "rust-evening" });
    expect(await sync()).toContain("1 event is not found any more");
    expect(await told("telegram", "Cancelled: Rust evening")).toHaveLength(0);
    // A sync at once is no second look: it may meet the same outage.
    expect(await sync()).toContain("1 event is not found any more");
    await plaza.control({ do: "clock", advance: "3m" });
    expect(await sync()).toMatch(/1 gone|Nothing has changed/);
    for (const platform of platforms)
      await until(async () => (await told(platform, "Cancelled: Rust evening")).length === 1);
    const found = answerOf(await say("/event rust evening"));
    expect(found.text).toContain("Cancelled");
    expect(labelsOf(found)).not.toContain("Calendar file");
    expect(answerOf(await say("/events")).text).not.toContain("Rust evening");
  });

  test("is not fooled by a throttled page, a broken page or a 429", async () => {
    const before = await until(settled);
    const kinds = [
      ["rate-limit-page", "looks wrong"],
      ["broken", "Nothing was changed"],
      ["429", "asks us to wait"],
    ];
    const meet = async (kind = "429") => {
      await plaza.control({ do: "fault", platform: "luma", kind, count: 4, retryAfter: 600 });
      const report = await sync();
      // What the sync did not run into is used up, so that the next kind is met alone.
      while (plaza.sandbox.luma.faults().length > 0)
        await fetch(`${plaza.sandbox.luma.url}/luma.com/plaza`).catch(() => null);
      return report;
    };
    for (const [kind, words] of kinds) {
      const report = await meet(kind);
      expect(report).toContain(words);
      expect(report).toContain("Nothing was changed");
    }
    const after = await until(settled);
    expect(after.tables["events"]).toBe(before.tables["events"]);
    expect(after.tables["deliveries"]).toBe(before.tables["deliveries"]);
    // The hourly sync can come between, and goes well: then once more.
    await until(async () => {
      if (answerOf(await say("/org show plaza")).text.includes("failed")) return true;
      await meet();
      return false;
    });
  });
});

describe("reminders", () => {
  test("come a day and an hour before, each once in each channel", async () => {
    const start = new Date(plaza.sandbox.clock().now + 26 * 3_600_000).toISOString();
    await put({ slug: "tea", title: "Tea at four", start });
    await sync();
    await until(async () => (await told("telegram", "Tea at four")).length === 1);
    for (const [advance, words] of [
      ["2h", "Tomorrow at this hour: Tea at four"],
      ["23h", "In an hour: Tea at four"],
    ]) {
      await plaza.control({ do: "clock", advance });
      await plaza.control({ do: "run", cron: "send-reminders" });
      await plaza.control({ do: "run", cron: "send-reminders" });
      for (const platform of platforms)
        await until(async () => (await told(platform, words ?? "")).length === 1);
    }
  });
});

describe("faults of the platforms", () => {
  test("a message is not lost to a 429, a dropped socket or a 500 after it was taken", async () => {
    for (const platform of platforms) {
      const only = platform === "telegram" ? "sendMessage" : "/messages";
      for (const kind of ["429", "drop-before", "500-after"])
        await plaza.control({ do: "fault", platform, kind, count: 1, retryAfter: 1, only });
    }
    await put({ slug: "storm", title: "Storm watching", start: inDays(9) });
    // Not by a command, whose answer would meet the faults instead.
    await plaza.control({ do: "run", cron: "sync-luma-events" });
    for (const platform of platforms)
      await until(async () => (await told(platform, "Storm watching")).length >= 1);
    // Not while a request is under way: its second try would come five minutes after its first.
    await until(async () => !(await isSending()));
    await plaza.control({ do: "clock", advance: "5m" });
    await until(settled);
    expect(await told("discord", "Storm watching")).toHaveLength(1);
    // Telegram cannot tell a repeat: an announcement may come twice, never more.
    expect((await told("telegram", "Storm watching")).length).toBeLessThanOrEqual(2);
  });
});

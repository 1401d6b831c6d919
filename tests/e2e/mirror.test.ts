import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { acting } from "../support/sandbox/acts.ts";
import { asAdmin } from "../support/sandbox/audience.ts";
import { answerOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// The organization's events as the Discord server's own, by script.

const plaza = useSandbox();
const { say, command } = acting(plaza);

type Scheduled = { id: string; name: string; start: string; description: string };
type Entry = { slug: string; title: string; start: string; cancelled?: boolean };
type State = { scheduled: Scheduled[]; calendar: Entry[] };
const state = async () => (await (await fetch(`${plaza.url}/api/control`)).json()) as State;
const named = async (name: string) => (await state()).scheduled.filter((one) => one.name === name);

const put = async (entry: object) => {
  await plaza.control({ do: "calendar", put: entry });
  answerOf(await say("leo", "/sync"));
};
/** Requests that made, changed or took away a scheduled event. */
const writes = (method: string) =>
  plaza.sandbox.discord
    .requests()
    .filter((one) => one.method.startsWith(`${method} `) && one.method.includes("scheduled-events"))
    .length;
const jam = { slug: "mirror-jam", title: "Mirror jam", location: { name: "Cinema" } };
const at = (hours: number) =>
  new Date(
    Math.ceil(plaza.sandbox.clock().now / 60_000) * 60_000 + hours * 3_600_000,
  ).toISOString();

/** Discord's pace for a server, by the sandbox's clock, until all that is planned stands there. */
async function settled() {
  await until(async () => {
    const now = plaza.sandbox.clock().now;
    const { scheduled, calendar } = await state();
    const wanted = calendar.filter(
      ({ start, cancelled }) => Date.parse(start) > now && cancelled !== true,
    );
    if (scheduled.length >= wanted.length) return true;
    await plaza.control({ do: "clock", advance: "3s" });
    return false;
  });
}

test("an admin switches it on in the server; nobody else can, and elsewhere it says where", async () => {
  expect(wordsOf(answerOf(await say("leo", "/org mirror on")))).toContain("Discord server");
  expect(wordsOf(answerOf(await say("ana", "/org mirror on")))).not.toContain("Discord");
  const done = answerOf(await command("leo", "org", { mirror: "on" }, "group"));
  expect(wordsOf(done)).toContain("now also stand among the Discord server's own");
  expect(wordsOf(answerOf(await command("leo", "org")))).toContain("kept in step");
});

test("all that is planned stands there, each once and with its page as the last line", async () => {
  await settled();
  const { scheduled } = await state();
  expect(scheduled.length).toBeGreaterThan(0);
  expect(new Set(scheduled.map(({ description }) => description.split("\n").at(-1))).size).toBe(
    scheduled.length,
  );
  for (const { description } of scheduled)
    expect(description.split("\n").at(-1)).toMatch(/^https:\/\//);
});

test("a new event comes, a moved one moves, a cancelled one goes, with one request each", async () => {
  const start = at(30);
  const [made, changed, gone] = [writes("POST"), writes("PATCH"), writes("DELETE")];
  await put({ ...jam, start });
  const [first] = await until(async () => {
    const found = await named(jam.title);
    return found.length === 1 && found;
  });
  const later = at(32);
  await put({ ...jam, start: later });
  await until(
    async () => Date.parse((await named(jam.title))[0]?.start ?? "") === Date.parse(later),
  );
  expect((await named(jam.title))[0]?.id).toBe(first?.id);
  const admin = await asAdmin(plaza.sandbox);
  const [event] = await admin.query(api.events.queries.search, { words: jam.title });
  if (!event) throw new Error("there is no event");
  await admin.mutation(api.events.mutations.update, {
    eventId: event._id,
    changes: {},
    cancel: true,
  });
  await until(async () => (await named(jam.title)).length === 0);
  expect([writes("POST"), writes("PATCH"), writes("DELETE")]).toEqual([
    made + 1,
    changed + 1,
    gone + 1,
  ]);
});

test("an answer that gets lost makes no second one", async () => {
  await plaza.control({ do: "clock", advance: "1m" });
  const lost = { ...jam, slug: "mirror-lost", title: "Lost and found", start: at(40) };
  await plaza.control({
    do: "fault",
    platform: "discord",
    kind: "500-after",
    count: 1,
    only: "scheduled-events",
  });
  await put(lost);
  await until(async () => (await named(lost.title)).length === 1);
  // The next try finds it there; what has changed meanwhile is shown.
  await put({ ...lost, title: "Found" });
  await until(async () => {
    if ((await named("Found")).length === 1) return true;
    await plaza.control({ do: "clock", advance: "5s" });
    return false;
  });
  expect(await named(lost.title)).toEqual([]);
});

test("without the permission it stops and says so; events are announced as before", async () => {
  const { discord } = plaza.sandbox;
  const before = (await state()).scheduled;
  discord.permit(0n);
  await plaza.control({ do: "clock", advance: "1m" });
  await put({ ...jam, slug: "mirror-more", title: "One more", start: at(50) });
  await until(async () =>
    wordsOf(answerOf(await say("leo", "/org"))).includes("stopped: Discord 50013"),
  );
  expect((await state()).scheduled).toEqual(before);
  discord.permit(everything);
  answerOf(await command("leo", "org", { mirror: "on" }, "group"));
  await until(async () => {
    if ((await named("One more")).length === 1) return true;
    await plaza.control({ do: "clock", advance: "5s" });
    return false;
  });
});
const everything = (1n << 50n) - 1n;

test("switched off, what is ours goes, and what is somebody else's stays", async () => {
  const { discord } = plaza.sandbox;
  const [theirs] = discord.events();
  if (!theirs) throw new Error("there are no events");
  const { privacy_level, entity_type, entity_metadata, scheduled_start_time } = theirs;
  const { scheduled_end_time } = theirs;
  // Made by somebody of the server, who has put it in Plaza's place.
  const answer = await fetch(`${discord.url}/v10/guilds/${discord.guildId}/scheduled-events`, {
    method: "POST",
    headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      privacy_level,
      entity_type,
      entity_metadata,
      scheduled_start_time,
      scheduled_end_time,
      name: "Theirs",
      description: "Ours alone",
    }),
  });
  expect(answer.status).toBe(200);
  answerOf(await say("leo", "/org mirror off"));
  await until(async () => {
    const left = (await state()).scheduled;
    if (left.length === 1 && left[0]?.name === "Theirs") return true;
    await plaza.control({ do: "clock", advance: "5s" });
    return false;
  });
});

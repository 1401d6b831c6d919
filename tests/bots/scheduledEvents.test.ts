import { describe, expect, onTestFinished, test } from "vitest";
import { createDiscordSender } from "../../bots/discord/send.ts";
import { scheduledEventBody } from "../../bots/discord/scheduledEvents.ts";
import type { Fault } from "../../bots/sandbox/contract.ts";
import { startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import { createLog } from "../../bots/log.ts";
import { mia, scheduledEvent } from "../support/bots/leasedDeliveries.ts";

// Scheduled events of a Discord server, by the real library against the emulator.

const hour = 3_600_000;
const start = Date.UTC(2030, 0, 1, 18);
const wanted = { title: "Jam", start, end: start + hour, location: "Cinema" };
const url = "https://luma.com/jam";

async function discord() {
  const emulator = await startDiscordEmulator({ people: [mia], places: [] });
  onTestFinished(() => emulator.close());
  const sender = createDiscordSender(emulator.token, emulator.url, createLog("silent"));
  const { guildId } = emulator;
  const send = async (
    given: Partial<Parameters<typeof scheduledEvent>[0]> = {},
    fingerprint?: string,
  ) =>
    await sender.send({
      ...scheduledEvent({ guildId, url, mayExist: false, wanted, ...given }),
      ...(fingerprint !== undefined && { fingerprint }),
    });
  const asked = (method: string) =>
    emulator.requests().filter(({ method: name }) => name.startsWith(`${method} `)).length;
  /** One that is there, with its id and the fingerprint of what it shows. */
  const made = async () => {
    const done = await send();
    if (done.kind !== "sent") throw new Error(done.kind);
    return { id: done.messageId, fingerprint: done.fingerprint };
  };
  return { emulator, send, asked, made };
}

describe("a scheduled event", () => {
  test("is made, changed, left as it is, and taken away", async () => {
    const { emulator, send, asked, made } = await discord();
    const { id, fingerprint } = await made();
    expect(emulator.events()).toMatchObject([
      {
        id,
        name: "Jam",
        description: url,
        entity_type: 3,
        privacy_level: 2,
        scheduled_start_time: "2030-01-01T18:00:00.000Z",
        scheduled_end_time: "2030-01-01T19:00:00.000Z",
        entity_metadata: { location: "Cinema" },
        creator_id: emulator.applicationId,
      },
    ]);
    expect(await send({ discordEventId: id }, fingerprint)).toEqual({ kind: "unchanged" });
    expect(asked("PATCH")).toBe(0);
    const later = { ...wanted, start: start + hour, end: start + 2 * hour };
    expect(await send({ discordEventId: id, wanted: later }, fingerprint)).toMatchObject({
      kind: "sent",
      messageId: id,
    });
    expect(emulator.events()).toMatchObject([{ scheduled_start_time: "2030-01-01T19:00:00.000Z" }]);
    expect(await send({ discordEventId: id, wanted: null })).toEqual({
      kind: "sent",
      messageId: "",
    });
    expect(emulator.events()).toEqual([]);
    expect(asked("GET")).toBe(0);
  });

  test("that somebody has taken away already is gone; one that is to be changed is told of", async () => {
    const { send } = await discord();
    const discordEventId = "123456789012345678";
    expect(await send({ discordEventId, wanted: null })).toMatchObject({ kind: "sent" });
    expect(await send({ discordEventId })).toEqual({ kind: "message-gone" });
  });

  test.each<[Fault["kind"], number]>([
    ["500-after", 1],
    ["drop-after", 1],
    ["drop-before", 0],
  ])("after %s there is never a second one", async (kind, there) => {
    const { emulator, send, asked } = await discord();
    emulator.fault({ kind, count: 1, only: "scheduled-events" });
    expect(await send()).toMatchObject({ kind: "ambiguous" });
    // The library has not tried again by itself.
    expect(asked("POST")).toBe(1);
    expect(emulator.events()).toHaveLength(there);
    const done = await send({ mayExist: true, wanted: { ...wanted, title: "Jam!" } });
    expect(emulator.events()).toMatchObject([{ name: "Jam!" }]);
    expect(done).toMatchObject({ kind: "sent", messageId: emulator.events()[0]?.id });
    expect(asked("POST")).toBe(2 - there);
  });

  test("that may be there and is to go is looked for, and gone", async () => {
    const { emulator, send } = await discord();
    emulator.fault({ kind: "500-after", count: 1, only: "scheduled-events" });
    await send();
    expect(await send({ mayExist: true, wanted: null })).toMatchObject({ kind: "sent" });
    expect(emulator.events()).toEqual([]);
    expect(await send({ mayExist: true, wanted: null })).toMatchObject({ kind: "sent" });
  });

  test("of somebody else, or of another page, is not taken for ours", async () => {
    const { emulator, send, made } = await discord();
    await made();
    const { length } = emulator.events();
    for (const event of emulator.events())
      Object.assign(event, { creator_id: mia.discordId, name: "Theirs" });
    await send({ url: `${url}-session` });
    await send({ mayExist: true });
    expect(emulator.events().filter(({ name }) => name === "Jam")).toHaveLength(2);
    expect(emulator.events()).toHaveLength(length + 2);
    await send({ mayExist: true, wanted: null });
    expect(emulator.events().map(({ name, description }) => [name, description])).toEqual([
      ["Theirs", url],
      ["Jam", `${url}-session`],
    ]);
  });
});

describe("what Discord says no to", () => {
  test("without the permission, or outside the server: the scheduledEvent goes off", async () => {
    const { emulator, send } = await discord();
    emulator.permit(0n);
    expect(await send()).toMatchObject({
      kind: "channel-gone",
      reason: expect.stringContaining("50013") as string,
    });
    emulator.setInGuild(false);
    expect((await send()).kind).toBe("channel-gone");
  });

  test("a hundred are there: it waits for room", async () => {
    const { emulator, send } = await discord();
    const { guildId, token } = emulator;
    const { description: _description, ...event } = scheduledEventBody(wanted, url);
    for (let index = 0; index < 100; index++)
      await fetch(`${emulator.url}/v10/guilds/${guildId}/scheduled-events`, {
        method: "POST",
        headers: { authorization: `Bot ${token}`, "content-type": "application/json" },
        body: JSON.stringify(event),
      });
    expect(await send()).toMatchObject({
      kind: "not-there",
      reason: expect.stringContaining("30038") as string,
    });
    expect(emulator.events()).toHaveLength(100);
  });

  test("it has begun meanwhile: it is left", async () => {
    const { send } = await discord();
    const past = { ...wanted, start: Date.now() - hour, end: Date.now() + hour };
    expect(await send({ wanted: past })).toEqual({
      kind: "not-there",
      reason: "it has begun already",
    });
  });

  test("too much at once is later", async () => {
    const { emulator, send } = await discord();
    emulator.fault({ kind: "429", count: 1, retryAfter: 7, only: "scheduled-events" });
    expect(await send()).toMatchObject({ kind: "later" });
  });

  test("what it will never take is loud", async () => {
    const { send } = await discord();
    expect((await send({ wanted: { ...wanted, end: start } })).kind).toBe("refused");
  });
});

describe("what it says", () => {
  const long = "👩‍🚀*_~`|>#".repeat(400);
  const body = (given: Partial<typeof wanted & { description: string }>, page = url) =>
    scheduledEventBody({ ...wanted, ...given }, page);

  test("keeps to Discord's lengths and to the page, whatever a calendar says", () => {
    const {
      name,
      description,
      entity_metadata: place,
    } = body({
      title: long,
      description: long,
      location: long,
    });
    expect([name.length, place.location.length]).toEqual([100, 100]);
    expect(description.length).toBeLessThanOrEqual(1000);
    expect(description.length).toBeGreaterThan(950);
    expect(description.split("\n").at(-1)).toBe(url);
    for (const text of [name, description, place.location]) expect(text.isWellFormed()).toBe(true);
  });

  test("is words, and calls nobody", () => {
    const { description } = body({
      description: "**All** <@123> @everyone @here <#5> [x](y) <t:1>",
    });
    expect(description).not.toMatch(/<[@#t]|@everyone|@here|(?<!\\)[*[]/);
    expect(description).toContain("All");
  });

  test("online, the place is its page; without a title there is a name", () => {
    const { location: _location, ...online } = wanted;
    expect(scheduledEventBody(online, url).entity_metadata.location).toBe(url);
    const endless = `https://luma.com/${"x".repeat(200)}`;
    expect(scheduledEventBody(online, endless).entity_metadata.location).toHaveLength(100);
    expect(body({ title: " \u202e " }).name).toBe("…");
  });

  test("what somebody wrote as the last line does not make it another's", async () => {
    const { emulator, send } = await discord();
    await send({ url: `${url}-2`, wanted: { ...wanted, title: "Two" } });
    const described = { ...wanted, description: `See ${url}-2\n${url}-2` };
    await send({ wanted: described });
    await send({ mayExist: true, wanted: null });
    expect(emulator.events()).toMatchObject([{ name: "Two" }]);
  });
});

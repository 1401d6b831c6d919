import { PermissionFlagsBits } from "discord.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLog } from "../../bots/log.ts";
import { createGate } from "../../bots/discord/gate.ts";
import { createDiscordSender } from "../../bots/discord/send.ts";
import type { Outcome } from "../../bots/outbox.ts";
import type { Fault, Person } from "../../bots/sandbox/contract.ts";
import { startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import {
  board,
  card,
  mia,
  notice,
  role,
  scheduledEvent,
} from "../support/bots/leasedDeliveries.ts";

// Each of Discord's refusals at each place where it can come, and what becomes of it there.

const channel = "910000000000000001";

async function discord(others: Person[] = []) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const emulator = await startDiscordEmulator({
    people: [mia, ...others],
    places: [
      { key: "talk", title: "talk", kind: "channel", id: channel },
      { key: "thread", title: "thread", kind: "thread", id: "910000000000000002", parent: "talk" },
    ],
    now: () => clock.now,
  });
  onTestFinished(async () => await emulator.close());
  emulator.addRole("Member");
  const gate = createGate(() => clock.now);
  const log = createLog("silent");
  const sender = createDiscordSender(emulator.token, emulator.url, log, gate);
  return { clock, emulator, gate, sender };
}

type Refusal = NonNullable<Fault["refusal"]>;
const says = (status: number, code: number, description: string): Refusal => ({
  status,
  code,
  description,
});
const cloudflare: Refusal = { status: 429, description: "You are being blocked", isHtml: true };

/** What is asked of Discord, and the requests that a delivery of it makes. */
const asks = {
  post: "POST /channels/",
  edit: "PATCH /channels/",
  pin: "PUT /channels/",
  open: "POST /users/@me/channels",
  private: "POST /channels/",
  role: "PUT /guilds/",
  create: "POST /guilds/",
  change: "PATCH /guilds/",
};
type Place = keyof typeof asks;
const places = Object.keys(asks) as Place[];

const start = Date.UTC(2026, 0, 2);
const wanted = { title: "Jam", start, end: start + 3_600_000, location: "Cinema" };

/** Makes everything that is needed, and does one thing while Discord refuses it. */
async function refusedAt(place: Place, refusal: Refusal) {
  const { emulator, sender } = await discord();
  const { guildId } = emulator;
  const event = { guildId, url: "https://luma.com/jam", mayExist: false, wanted };
  const idOf = async (made: Promise<Awaited<ReturnType<typeof sender.send>>>) => {
    const done = await made;
    return done.kind === "sent" ? done.messageId : "";
  };
  const messageId = await idOf(sender.send(card()));
  const discordEventId = await idOf(sender.send(scheduledEvent(event)));
  const other = { ...event, url: "https://luma.com/other", wanted: { ...wanted, title: "Other" } };
  const toChannel = { chatId: channel, isPerson: false };
  const ask: Record<Place, () => ReturnType<typeof sender.send>> = {
    post: async () => await sender.send({ ...card(), key: "another" }),
    edit: async () => await sender.send({ ...notice(toChannel), messageId }),
    pin: async () => await sender.send(board(toChannel)),
    open: async () => await sender.send(notice()),
    private: async () => await sender.send(notice()),
    role: async () => await sender.send(role({ guildId })),
    create: async () => await sender.send(scheduledEvent(other)),
    change: async () =>
      await sender.send(scheduledEvent({ ...event, discordEventId, wanted: other.wanted })),
  };
  // The library asks again once by itself where Discord fails.
  emulator.fault({ kind: "refuse", count: 2, only: asks[place], refusal });
  const { kind } = await ask[place]();
  // A fault that nobody met would prove nothing.
  expect(emulator.faults().map(({ count }) => count)).not.toEqual([2]);
  return kind;
}

type Kinds = Record<Place, Outcome["kind"]>;
/** The same everywhere but where something else is said. */
const each = (kind: Outcome["kind"], but: Partial<Kinds> = {}): Kinds => ({
  ...(Object.fromEntries(places.map((place) => [place, kind])) as Kinds),
  // Without its pin a message stands all the same.
  pin: kind === "later" || kind === "ambiguous" ? kind : "sent",
  ...but,
});
/** Where nothing can be written any more: roles and events are an admin's to mend. */
const gone = each("channel-gone", { role: "refused", create: "refused", change: "refused" });
const forbidden: Kinds = { ...gone, create: "channel-gone", change: "channel-gone" };

const table: [string, Refusal, Kinds][] = [
  ["takes no messages", says(403, 50007, "Cannot send messages to this user"), gone],
  ["shares no server", says(403, 50278, "Cannot send messages to this user"), gone],
  ["is unknown", says(404, 10013, "Unknown User"), { ...gone, role: "not-there" }],
  ["cannot be written to", says(400, 50033, "Invalid Recipient(s)"), gone],
  [
    "too many are opened",
    says(403, 40003, "You are opening direct messages too fast"),
    each("later"),
  ],
  ["no access", says(403, 50001, "Missing Access"), forbidden],
  ["no permission", says(403, 50013, "Missing Permissions"), forbidden],
  ["no such channel", says(404, 10003, "Unknown Channel"), gone],
  ["no such server", says(404, 10004, "Unknown Guild"), forbidden],
  ["no such member", says(404, 10007, "Unknown Member"), each("refused", { role: "not-there" })],
  [
    "no such message",
    says(404, 10008, "Unknown Message"),
    each("message-gone", { create: "refused", change: "refused" }),
  ],
  [
    "no such event",
    says(404, 10070, "Unknown Guild Scheduled Event"),
    each("refused", { create: "message-gone", change: "message-gone" }),
  ],
  [
    "a full server",
    says(400, 30038, "Maximum number of events"),
    each("refused", { create: "not-there", change: "not-there" }),
  ],
  ["a locked thread", says(400, 160_005, "Thread is locked"), gone],
  ["edits of old messages", says(429, 30_046, "Maximum number of edits"), each("later")],
  ["a form that is wrong", says(400, 50_035, "Invalid Form Body"), each("refused")],
  ["a revoked token", says(401, 0, "401: Unauthorized"), each("later")],
  ["a failure", says(500, 0, "500: Internal Server Error"), each("ambiguous")],
  ["Cloudflare", cloudflare, each("later")],
];

test.each(table)("%s: what becomes of each thing that is asked", async (_, refusal, expected) => {
  const found = await Promise.all(
    places.map(async (place) => [place, await refusedAt(place, refusal)] as const),
  );
  expect(Object.fromEntries(found)).toEqual(expected);
});

const crowd = Array.from({ length: 30 }, (_, n) => ({
  ...mia,
  key: `mia-${n}`,
  discordId: String(900_000_000_000_002_000n + BigInt(n)),
}));

test("private conversations are opened ten at once, then one a second, and after 40003 none for a minute", async () => {
  const { clock, emulator, sender } = await discord(crowd);
  const write = async ({ discordId: chatId }: (typeof crowd)[number]) =>
    await sender.send(notice({ chatId }));
  const opened = () =>
    emulator.requests().filter(({ method }) => method.includes("/users/@me/channels")).length;
  const waits: number[] = [];
  for (const person of crowd.slice(0, 12)) {
    const done = await write(person);
    if (done.kind === "later") waits.push(done.retryAfterMs);
  }
  expect(opened()).toBe(10);
  expect(waits).toEqual([1_000, 2_000]);
  clock.now += 1_000;
  expect((await write(crowd[10] ?? mia)).kind).toBe("sent");
  clock.now += 20_000;
  const refusal = says(403, 40003, "You are opening direct messages too fast");
  emulator.fault({ kind: "refuse", count: 1, only: "/users/@me/channels", refusal });
  const refused = { kind: "later", retryAfterMs: 60_000 };
  expect(await write(crowd[12] ?? mia)).toEqual(refused);
  // Nobody else's is tried meanwhile; who has one is written to.
  expect(await write(crowd[13] ?? mia)).toEqual(refused);
  expect((await write(crowd[0] ?? mia)).kind).toBe("sent");
  expect(opened()).toBe(12);
  clock.now += 60_000;
  expect((await write(crowd[12] ?? mia)).kind).toBe("sent");
});

describe("a thread", () => {
  const thread = { chatId: "910000000000000002", isPerson: false };
  async function posted() {
    const parts = await discord();
    const sent = await parts.sender.send(card(thread));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    const edit = async () => await parts.sender.send({ ...notice(thread), messageId });
    return { ...parts, edit };
  }

  test("that was archived is opened again for an edit", async () => {
    const { emulator, edit } = await posted();
    emulator.archive("thread");
    expect((await edit()).kind).toBe("sent");
    expect(emulator.requests().at(-2)).toMatchObject({ method: "PATCH /channels/:", status: 200 });
  });

  test("that is locked keeps its message, and its channel goes off with the next one", async () => {
    const { emulator, sender, edit } = await posted();
    emulator.archive("thread", { locked: true });
    emulator.permit(PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessagesInThreads);
    // It is posted anew, and that is refused.
    expect((await edit()).kind).toBe("message-gone");
    const reason = "Discord 160005: Thread is locked";
    expect(await sender.send({ ...card(thread), key: "anew" })).toEqual({
      kind: "channel-gone",
      reason,
    });
  });
});

test("messages older than an hour are edited three times in six seconds, without a refusal", async () => {
  const { clock, emulator, sender } = await discord();
  const toChannel = { chatId: channel, isPerson: false };
  const ids: string[] = [];
  for (const key of ["a", "b", "c", "d"]) {
    const sent = await sender.send({ ...card(), key });
    if (sent.kind === "sent") ids.push(sent.messageId);
  }
  clock.now += 3_600_000;
  const ends: string[] = [];
  for (const messageId of ids)
    ends.push((await sender.send({ ...notice(toChannel), messageId })).kind);
  expect(ends).toEqual(["sent", "sent", "sent", "later"]);
  clock.now += 6_250;
  const last = { ...notice(toChannel), messageId: ids[3] ?? "" };
  expect((await sender.send(last)).kind).toBe("sent");
  expect(emulator.requests().filter(({ status }) => status === 429)).toEqual([]);
});

test("a pin that meets a limit is tried again with its message, which is posted once", async () => {
  const { emulator, sender } = await discord();
  const pinned = board({ chatId: channel, isPerson: false });
  emulator.fault({ kind: "429", count: 1, retryAfter: 2, only: "PUT /channels/" });
  expect((await sender.send(pinned)).kind).toBe("later");
  const sent = await sender.send(pinned);
  expect(sent.kind).toBe("sent");
  const messages = emulator.transcript({ in: "talk", as: "mia" });
  expect(messages).toHaveLength(1);
  const id = messages[0]?.id ?? "";
  expect(emulator.message({ in: "talk", as: "mia", id })?.message.pinned).toBe(true);
});

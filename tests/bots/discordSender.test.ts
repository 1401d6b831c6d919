import { describe, expect, onTestFinished, test } from "vitest";
import { createLog } from "../../bots/log.ts";
import { createDiscordSender } from "../../bots/discord/send.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import type { Fault } from "../../bots/sandbox/contract.ts";
import { admit, card, mia, notice, role, someone } from "../support/bots/leasedDeliveries.ts";

// The real sender against the emulator: what each end of a try is called in the ledger's words.

async function discord() {
  const emulator = await startDiscordEmulator({
    people: [mia],
    places: [{ key: "talk", title: "talk", kind: "channel", id: "910000000000000001" }],
  });
  onTestFinished(() => emulator.close());
  const member = emulator.addRole("Member");
  return {
    emulator,
    member,
    sender: createDiscordSender(emulator.token, emulator.url, createLog("silent")),
  };
}

const wanted = (emulator: DiscordEmulator, more = {}) =>
  role({ guildId: emulator.guildId, ...more });

describe("the member role", () => {
  test("is given by its name, whatever its case, or its id, and taken again; twice is once", async () => {
    const { emulator, member, sender } = await discord();
    for (const called of ["Member", "@member", member]) {
      for (const isGranted of [true, true, false, false]) {
        const done = await sender.send(wanted(emulator, { role: called, isGranted }));
        expect(done).toEqual({ kind: "sent", messageId: "" });
        expect(emulator.rolesOf("mia")).toEqual(isGranted ? [member] : []);
      }
    }
  });

  test.each([
    [
      "who has left the server",
      (it: DiscordEmulator) => void it.leave("mia"),
      "not-there",
      "10007",
    ],
    ["without the permission", (it: DiscordEmulator) => it.permit(0n), "refused", "50013"],
    ["thrown out of the server", (it: DiscordEmulator) => it.setInGuild(false), "refused", "10004"],
  ])("%s: %#", async (_when, happens, kind, code) => {
    const { emulator, sender } = await discord();
    happens(emulator);
    const done = await sender.send(wanted(emulator));
    expect(done).toMatchObject({ kind, reason: expect.stringContaining(code) as string });
  });

  test("nobody of Discord is not there; no role of that name is refused, and says which", async () => {
    const { emulator, sender } = await discord();
    const nobody = await sender.send(wanted(emulator, { chatId: "999999999999999999" }));
    expect(nobody.kind).toBe("not-there");
    const unknown = await sender.send(wanted(emulator, { role: "Memberz" }));
    expect(unknown).toEqual({
      kind: "refused",
      reason: "the server has no role called Memberz",
    });
  });

  test("a role above the bot's own is refused", async () => {
    const { emulator, sender } = await discord();
    expect(await sender.send(wanted(emulator, { role: "Admin" }))).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("50013") as string,
    });
  });

  test("deleted and made anew, it is found at the first try; renamed, it is still the same", async () => {
    const { emulator, member, sender } = await discord();
    await sender.send(wanted(emulator));
    emulator.deleteRole(member);
    const anew = emulator.addRole("Member");
    expect(await sender.send(wanted(emulator))).toMatchObject({ kind: "sent" });
    expect(emulator.rolesOf("mia")).toEqual([anew]);
    emulator.renameRole(anew, "Members");
    expect(await sender.send(wanted(emulator, { isGranted: false }))).toMatchObject({
      kind: "sent",
    });
  });

  test.each<[Fault["kind"], object]>([
    ["429", { kind: "later" }],
    ["500-after", { kind: "ambiguous" }],
    ["drop-before", { kind: "ambiguous" }],
  ])("after %s is given by the next try", async (kind, expected) => {
    const { emulator, sender } = await discord();
    await sender.send(wanted(emulator, { isGranted: false }));
    // discord.js repeats by itself, once, what was not answered.
    emulator.fault({ kind, count: kind === "429" ? 1 : 2, retryAfter: 7, only: "/roles/" });
    expect(await sender.send(wanted(emulator))).toMatchObject(expected);
  });
});

describe("private messages and cards", () => {
  test("go to the person; twice under the same key is one message", async () => {
    const { emulator, sender } = await discord();
    const first = await sender.send(notice());
    expect(await sender.send(notice())).toEqual(first);
    expect(emulator.transcript({ in: "dm", as: "mia" })).toHaveLength(1);
  });

  test("to who takes none, the channel is gone: 50007", async () => {
    const { emulator, sender } = await discord();
    await emulator.act({ as: "mia", in: "dm", do: "removeBot" }, 0);
    expect(await sender.send(notice())).toMatchObject({
      kind: "channel-gone",
      reason: expect.stringContaining("50007") as string,
    });
  });

  test("to nobody have nowhere to go, and are not for ever tried again", async () => {
    const { sender } = await discord();
    expect((await sender.send(notice({ chatId: "1" }))).kind).toBe("channel-gone");
  });

  test("a card that a moderator deleted is gone, and so is one in a deleted channel", async () => {
    const { emulator, sender } = await discord();
    const sent = await sender.send(card());
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    expect(emulator.deleteMessage({ in: "talk", as: "mia", id: messageId })).toBe(true);
    expect(await sender.send({ ...card(), messageId })).toEqual({ kind: "message-gone" });
    emulator.deletePlace("talk");
    expect((await sender.send({ ...card(), messageId })).kind).toBe("channel-gone");
  });

  test("what Discord does not have is never tried", async () => {
    const { emulator, sender } = await discord();
    const before = emulator.requests().length;
    const done = await sender.send(admit({ to: someone(mia.discordId) }));
    expect(done.kind).toBe("refused");
    expect(emulator.requests()).toHaveLength(before);
  });
});

import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDiscordSender } from "../../bots/discord/send.ts";
import { startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import { startTelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { createLog } from "../../bots/log.ts";
import { createTelegramSender } from "../../bots/telegram/send.ts";
import type { LeasedDelivery } from "../../shared/messages/leased.ts";
import { mia, someone } from "../support/bots/leasedDeliveries.ts";

// The real senders with boards: what is posted, pinned, changed, and left as it is.

const ids = { telegram: "-1001000000001", discord: "910000000000000001" };

async function world(platform: "telegram" | "discord") {
  const places = [{ key: "talk", title: "Talk", kind: "group" as const, id: ids[platform] }];
  const log = createLog("silent");
  const emulator =
    platform === "telegram"
      ? await startTelegramEmulator({ people: [mia], places, isAdmin: () => true })
      : await startDiscordEmulator({ people: [mia], places });
  onTestFinished(async () => await emulator.close());
  const sender =
    platform === "telegram"
      ? createTelegramSender(emulator.token, emulator.url, log)
      : createDiscordSender(emulator.token, emulator.url, log);
  const send = async (leased: LeasedDelivery) => await sender.send(leased);
  const board = (title: string, more: Partial<LeasedDelivery> = {}): LeasedDelivery => ({
    deliveryId: "d" as LeasedDelivery["deliveryId"],
    fencingToken: 1,
    key: `board|${title}`,
    part: "message",
    to: { ...someone(ids[platform]), isPerson: false },
    payload: { kind: "board", board: { view: "events", org: title, events: [], hasMore: false } },
    ...more,
  });
  const methods = () => emulator.requests().map(({ method }) => method.replaceAll(/\d{5,}/g, ":"));
  const texts = () => JSON.stringify(emulator.transcript({ in: "talk", as: "mia" }));
  const posted = async () => {
    const outcome = await send(board("Club"));
    if (outcome.kind !== "sent") throw new Error("it was not posted");
    return { messageId: outcome.messageId, fingerprint: outcome.fingerprint ?? "" };
  };
  return { emulator, send, board, methods, texts, posted };
}

describe.each(["telegram", "discord"] as const)("%s", (platform) => {
  test("a board is posted and pinned, then changed where it stands", async () => {
    const { send, board, methods, texts, posted } = await world(platform);
    const { messageId, fingerprint } = await posted();
    const edit = board("Casa", { part: "kept", messageId, fingerprint });
    const outcome = await send(edit);
    expect(outcome).toMatchObject({ kind: "sent", messageId });
    expect(outcome).not.toMatchObject({ fingerprint: fingerprint });
    expect(texts()).toContain("What is on at Casa");
    expect(texts()).not.toContain("What is on at Club");
    expect(methods().filter((method) => /pin/i.test(method))).toHaveLength(1);
  });

  test("what renders the same is not sent", async () => {
    const { send, board, methods, posted } = await world(platform);
    const { messageId, fingerprint } = await posted();
    const before = methods();
    const same = board("Club", { part: "kept", messageId, fingerprint });
    expect(await send(same)).toEqual({ kind: "unchanged" });
    expect(methods()).toEqual(before);
  });

  test("a board that was taken away says so, and is no longer pinned", async () => {
    const { send, board, methods, texts, posted } = await world(platform);
    const { messageId } = await posted();
    const payload = { kind: "retire", view: "events" } as const;
    const last = board("Club", { part: "edit-last", messageId, payload });
    expect(await send(last)).toEqual({ kind: "sent", messageId });
    expect(texts()).toContain("no longer kept up to date here");
    expect(texts()).not.toContain("What is on at Club");
    const pins = methods().filter((method) => /pin/i.test(method));
    expect(pins.at(-1)).toMatch(platform === "telegram" ? /^unpin/ : /^DELETE .*pins/);
  });

  test("a message that was deleted is gone", async () => {
    const { emulator, send, board, posted } = await world(platform);
    const { messageId, fingerprint } = await posted();
    emulator.deleteMessage({ in: "talk", as: "mia", id: messageId });
    const edit = board("Casa", { part: "kept", messageId, fingerprint });
    expect(await send(edit)).toEqual({ kind: "message-gone" });
  });
});

test.each([400, 500])("Telegram: a pin that is refused with %i is no failure", async (status) => {
  const { emulator, board, texts } = await world("telegram");
  const gate = createServer((request, response) => {
    if (request.url?.endsWith("/pinChatMessage")) {
      const refusal = { ok: false, error_code: status, description: "not enough rights to pin" };
      response.writeHead(status).end(JSON.stringify(refusal));
      return;
    }
    const { method, headers, url } = request;
    const onward = httpRequest(`${emulator.url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void gate.close());
  const { port } = gate.address() as AddressInfo;
  const sender = createTelegramSender(
    emulator.token,
    `http://127.0.0.1:${port}`,
    createLog("silent"),
  );
  expect(await sender.send(board("Club"))).toMatchObject({ kind: "sent" });
  expect(texts()).toContain("What is on at Club");
});

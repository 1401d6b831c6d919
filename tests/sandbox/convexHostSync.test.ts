import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { httpClient, list } from "../support/convexHost/host.ts";
import { host } from "../support/convexHost/running.ts";

// What the official client never does, or does only when the network fails at the right moment.

type Message = { type: string; [field: string]: unknown };

/** A bare connection: what it is sent, in order. */
async function connect(sessionId?: string) {
  const socket = new WebSocket(`${host.url.replace("http", "ws")}/api/1.48.0/sync`);
  const received: Message[] = [];
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  let arrived = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    received.push(JSON.parse((data as Buffer).toString("utf8")) as Message);
    arrived.resolve();
    arrived = Promise.withResolvers();
  });
  await new Promise((resolve) => socket.once("open", resolve));
  const send = (message: object) => socket.send(JSON.stringify(message));
  if (sessionId !== undefined) send({ type: "Connect", sessionId, connectionCount: 0 });
  const next = async (type: string): Promise<Message> => {
    for (;;) {
      const found = received.findIndex((message) => message.type === type);
      if (found >= 0) return received.splice(found, 1)[0] ?? { type };
      await arrived.promise;
    }
  };
  return { send, next, closed, close: () => socket.close() };
}

const moment = (encoded: unknown): bigint =>
  Buffer.from(String(encoded), "base64").readBigUInt64LE();

const mutation = (requestId: number, text: string) => ({
  type: "Mutation",
  requestId,
  udfPath: "notes.js:add",
  args: [{ author: "bare", text }],
});

describe("the sync protocol", () => {
  test("answers a mutation sent again with the first answer, on any connection", async () => {
    const first = await connect("session a");
    first.send(mutation(0, "first"));
    const answer = await first.next("MutationResponse");
    const second = await connect("session a");
    second.send(mutation(0, "first"));
    expect(await second.next("MutationResponse")).toEqual(answer);
    const other = await connect("session b");
    other.send(mutation(0, "second"));
    await other.next("MutationResponse");
    expect(await httpClient(host).query(list, { author: "bare" })).toEqual(["first", "second"]);
    for (const connection of [first, second, other]) connection.close();
  });

  test("takes a client from exactly where it is to where a mutation was done", async () => {
    const { send, next, close } = await connect("session c");
    const args = [{ author: "steps" }];
    const add = { type: "Add", queryId: 4, udfPath: "notes:list", args };
    send({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [add] });
    const opened = await next("Transition");
    expect(opened["startVersion"]).toEqual({ querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" });
    send(mutation(0, "elsewhere"));
    const { ts } = await next("MutationResponse");
    const done = await next("Transition");
    expect(done["startVersion"]).toEqual(opened["endVersion"]);
    expect(done["modifications"]).toEqual([]);
    expect(moment((done["endVersion"] as { ts: string }).ts)).toBeGreaterThanOrEqual(moment(ts));
    close();
  });

  test.each([
    ["a message before Connect", undefined, { type: "Event" }],
    ["an unknown message", "s1", { type: "Surprise" }],
    ["a query removed that was never added", "s2", modify(0, { type: "Remove", queryId: 9 })],
    ["a version out of step", "s3", modify(3)],
    [
      "an identity version out of step",
      "s4",
      { type: "Authenticate", tokenType: "None", baseVersion: 7 },
    ],
  ])("ends the connection over %s", async (_, session, message) => {
    const { send, next, closed } = await connect(session);
    send(message);
    expect((await next("FatalError"))["error"]).toBeTypeOf("string");
    await closed;
  });

  test("runs nothing for a client whose token was refused, not even as nobody", async () => {
    const { send, next, closed } = await connect("session d");
    send({ type: "Authenticate", tokenType: "User", value: "no token", baseVersion: 0 });
    send({ ...mutation(0, "never"), args: [{ author: "refused", text: "never" }] });
    expect(await next("AuthError")).toMatchObject({ baseVersion: 0, authUpdateAttempted: true });
    await closed;
    expect(await httpClient(host).query(list, { author: "refused" })).toEqual([]);
  });
});

function modify(baseVersion: number, ...modifications: object[]) {
  return { type: "ModifyQuerySet", baseVersion, newVersion: baseVersion + 1, modifications };
}

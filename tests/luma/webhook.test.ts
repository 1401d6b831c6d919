import { createHmac } from "node:crypto";

import { describe, expect, test } from "vitest";

import { verifyLumaWebhook } from "../../convex/external/luma/webhook.ts";

const SECRET = "whsec_garden";
const NOW = 1_790_000_000_000;
const BODY = JSON.stringify({ type: "event.updated", data: { id: "evt-A1" } });

function sign(body: string, seconds: number, secret = SECRET): string {
  return createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
}

function headers(signature: string, id = "wh-1"): Headers {
  return new Headers({ "Webhook-Id": id, "Webhook-Signature": signature });
}

const verify = (signature: string, body = BODY, secret = SECRET) =>
  verifyLumaWebhook(body, headers(signature), secret, NOW);

describe("a Luma webhook", () => {
  const t = NOW / 1000;

  test("a webhook signed with the whole secret is accepted, with its id", async () => {
    expect(await verify(`t=${t},v1=${sign(BODY, t)}`)).toEqual({
      ok: true,
      id: "wh-1",
      type: "event.updated",
      data: { id: "evt-A1" },
    });
  });

  test("one of several signatures is enough, in any order and case", async () => {
    const good = sign(BODY, t).toUpperCase();
    expect(await verify(`v1=${"0".repeat(64)}, v1=${good} ,v0=x, t=${t}`)).toMatchObject({
      ok: true,
    });
  });

  test("a clock difference of five minutes is tolerated, a second more is not", async () => {
    for (const [offset, ok] of [
      [-300, true],
      [300, true],
      [-301, false],
      [301, false],
    ] as const) {
      const at = t + offset;
      expect(await verify(`t=${at},v1=${sign(BODY, at)}`)).toMatchObject({ ok });
    }
  });

  test("an altered body, time or secret is refused", async () => {
    const signature = sign(BODY, t);
    const mismatch = { ok: false, reason: "mismatch" };
    expect(await verify(`t=${t},v1=${signature}`, `${BODY} `)).toEqual(mismatch);
    expect(await verify(`t=${t + 1},v1=${signature}`)).toEqual(mismatch);
    expect(await verify(`t=${t},v1=${signature}`, BODY, "garden")).toEqual(mismatch);
    expect(await verify(`t=${t},v1=${signature.slice(0, 63)}`)).toEqual(mismatch);
    expect(await verify(`t=${t},v1=${signature}0`)).toEqual(mismatch);
  });

  test.each(["", "t=1790000000", "v1=abc", "t=,v1=abc", "t=NaN,v1=abc", "t=1e9,v1=abc"])(
    "%j is no signature",
    async (signature) => {
      expect(await verify(signature)).toEqual({ ok: false, reason: "unsigned" });
    },
  );

  test("an empty secret never verifies", async () => {
    const signature = sign(BODY, t, "");
    expect(await verify(`t=${t},v1=${signature}`, BODY, "")).toMatchObject({ ok: false });
  });

  test("an unknown type is accepted, a body that is no envelope is not", async () => {
    const unknown = JSON.stringify({ type: "moon.risen", data: null });
    expect(await verify(`t=${t},v1=${sign(unknown, t)}`, unknown)).toMatchObject({
      type: "moon.risen",
    });
    for (const body of ["[]", "{}", "nonsense", '{"type":5}']) {
      const answer = await verify(`t=${t},v1=${sign(body, t)}`, body);
      expect(answer).toEqual({ ok: false, reason: "malformed" });
    }
  });
});

// @vitest-environment edge-runtime
import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { readSigned } from "../../convex/external/signedWebhook.ts";

// In a runtime without Node, like the one that Convex runs routes in.

const secret = `whsec_${btoa("a secret, long enough for all")}`;

test("a signature is checked without Node, and the body is read as it came", async () => {
  const text = '{"type": "user.created",  "name": "Ángel"}';
  const read = async (body: string) => {
    const headers = {
      "svix-id": "msg_1",
      "svix-timestamp": String(Math.floor(Date.now() / 1000)),
      "svix-signature": `v1,AAAA ${new Webhook(secret).sign("msg_1", new Date(), text)}`,
    };
    return await readSigned(
      new Request("https://plaza.example", { method: "POST", body, headers }),
      secret,
    );
  };
  expect(await read(text)).toEqual({
    id: "msg_1",
    body: { type: "user.created", name: "Ángel" },
  });
  expect(await read(text.replace("  ", " "))).toBeNull();
});

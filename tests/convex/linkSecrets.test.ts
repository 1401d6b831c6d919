import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { hashOf } from "../../shared/linkCode.ts";
import { ask, asPrivy, codeFor, plazaWithPrivy } from "../support/convex/people.ts";
import { as, everything } from "../support/convex/plaza.ts";

// Codes, tokens and the app's secret are in no table, no error and no log.

const did = "did:privy:mia";

test("through a whole link, and through everything that can go wrong", async () => {
  const { t, privy } = await plazaWithPrivy();
  const logged: unknown[] = [];
  for (const level of ["log", "warn", "error", "info", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void logged.push(words));
  await privy.putUser({ id: did, accounts: [{ type: "email", address: "mia@example.com" }] });
  const token = await privy.tokenFor(did);
  const secrets = [token, privy.appSecret, privy.webhookSecret];
  const said: unknown[] = [];

  for (const kind of ["429", "500", "broken", "drop"] as const) {
    privy.fault({ kind, count: 1 });
    said.push(await t.action(internal.external.privy.byDid, { did }));
  }
  expect(said).toEqual(["away", "away", "away", "away"]);
  vi.stubEnv("PRIVY_APP_SECRET", "wrong-secret-of-the-app");
  expect(await t.action(internal.external.privy.byDid, { did })).toBe("away");
  vi.stubEnv("PRIVY_APP_SECRET", privy.appSecret);

  const code = await codeFor(t, "telegram:77");
  secrets.push(code);
  const headers = { Authorization: `Bearer ${token}` };
  for (const body of [{ code }, { code: `${code}x` }, { code: 1 }]) {
    const answer = await asPrivy(t, did).fetch("/link/look", {
      method: "POST",
      body: JSON.stringify(body),
      headers,
    });
    said.push(await answer.text());
  }
  const press = { mark: (await hashOf(code)).slice(0, 16), signer: "0".repeat(16) };
  said.push(await thrown(as(t, "telegram:77").action(api.links.confirm, press)));
  said.push(await thrown(as(t, "telegram:78").action(api.links.confirm, press)));
  said.push(await ask(t, did, "finish", { code }), await ask(t, did, "finish", { code }));
  said.push(await thrown(as(t, "telegram:77").mutation(api.links.unlink, {})));

  const all = JSON.stringify([await everything(t), said, logged]);
  expect(all).toContain("code-used");
  for (const secret of secrets) expect(all).not.toContain(secret);
});

async function thrown(asked: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await asked);
  } catch (error) {
    return error instanceof Error ? `${error.message} ${error.stack} ${JSON.stringify(error)}` : "";
  }
}

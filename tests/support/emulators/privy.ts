import { PrivyClient } from "@privy-io/server-auth";
import { onTestFinished } from "vitest";
import {
  startPrivyEmulator,
  type PrivyEmulator,
} from "../../../bots/sandbox/services/privy/index.ts";

export const PAGE = "http://127.0.0.1:3211";

/**
 * A Privy and the real library that talks with it. The clock is the machine's until it is moved.
 */
export async function setUp() {
  const clock = { movedMs: 0 };
  const privy = await startPrivyEmulator({ now: () => Date.now() + clock.movedMs });
  onTestFinished(() => privy.close());
  privy.allowOrigin(PAGE);
  const client = new PrivyClient(privy.appId, privy.appSecret, { apiURL: privy.url });
  return { privy, client, clock };
}

/** Somebody with one account of each kind. */
export async function ana(privy: PrivyEmulator) {
  return await privy.putUser({
    accounts: [
      { type: "email", address: "ana@example.com" },
      { type: "telegram", telegram_user_id: "1001", username: "ana" },
      { type: "discord_oauth", subject: "900000000000001001", username: "ana#0" },
      { type: "wallet", address: "0xA11CE", chain_type: "ethereum" },
    ],
  });
}

/** A request as a page of the app's own makes it, with nothing but fetch. */
export async function fromPage(
  privy: PrivyEmulator,
  path: string,
  body: object,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${privy.url}/api/v1/passwordless/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "privy-app-id": privy.appId,
      origin: PAGE,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

import { z } from "zod";
import { wireUser } from "./accounts.ts";
import { type Answer, ok, refused } from "./answer.ts";
import { accountEvent, userEvent } from "./events.ts";
import { hasSecret } from "./serverRoutes.ts";
import { accessToken } from "./tokens.ts";
import type { LinkedAccount } from "./types.ts";
import type { Asked, World } from "./world.ts";

const address = z.email().transform((text) => text.toLowerCase());
const initInput = z.object({ email: address });
const authenticateInput = z.object({
  email: address,
  code: z.string().length(6),
  mode: z.enum(["no-signup", "login-or-sign-up"]).optional(),
});

/** What a browser asks to sign somebody in by mail; undefined for another path. */
export async function signInRoute(world: World, asked: Asked): Promise<Answer | undefined> {
  const step = /^\/api\/v1\/passwordless\/(init|authenticate)$/.exec(asked.path)?.[1];
  if (step === undefined || asked.method !== "POST") return undefined;
  if (asked.headers["privy-app-id"] !== world.appId) {
    return refused(400, "Missing or invalid Privy app ID", "missing_or_invalid_privy_app_id");
  }
  const { origin } = asked.headers;
  if (!hasSecret(world, asked)) {
    if (origin === undefined) return refused(403, "Missing origin", "missing_origin");
    if (!world.origins.has(String(origin))) {
      return refused(403, "Origin not allowed", "invalid_origin");
    }
  }
  return step === "init" ? init(world, asked.body) : await authenticate(world, asked.body);
}

function init(world: World, body: unknown): Answer {
  const read = initInput.safeParse(body);
  if (!read.success) return refused(400, "Invalid email address", "invalid_data");
  world.codes.send(read.data.email);
  world.changed();
  return ok({ success: true });
}

async function authenticate(world: World, body: unknown): Promise<Answer> {
  const read = authenticateInput.safeParse(body);
  if (!read.success) return refused(400, "Invalid email or code", "invalid_data");
  const { email, code, mode } = read.data;
  if (!world.codes.redeem(email, code)) {
    return refused(422, "Invalid email and code combination", "invalid_credentials");
  }
  const isUsed = (one: LinkedAccount) => one.type === "email" && one.address === email;
  const before = world.users.find(isUsed);
  if (!before && mode === "no-signup") {
    return refused(400, "User does not exist", "user_does_not_exist");
  }
  const user = before ?? world.users.put({ accounts: [{ type: "email", address: email }] }).user;
  world.changed();
  // The browser does not wait for the webhooks.
  if (!before) void world.webhooks.send(userEvent("user.created", user));
  const used = user.accounts.find(isUsed);
  if (used) void world.webhooks.send(accountEvent("user.authenticated", user, used));
  const token = await accessToken(world.key, {
    appId: world.appId,
    did: user.id,
    now: world.now(),
  });
  return ok({
    user: wireUser(user),
    token,
    privy_access_token: token,
    refresh_token: null,
    is_new_user: !before,
    session_update_action: "set",
  });
}

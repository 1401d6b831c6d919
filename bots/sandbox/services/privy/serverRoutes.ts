import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { wireUser } from "./accounts.ts";
import { type Answer, notFound, ok, refused } from "./answer.ts";
import { appSettings } from "./app.ts";
import { userEvent } from "./events.ts";
import type { LinkedAccount, PrivyUser } from "./types.ts";
import type { Asked, World } from "./world.ts";

/** Whether the request carries the app's id and its secret, as `PrivyClient` sends them. */
export function hasSecret({ appId, appSecret }: World, { headers }: Asked): boolean {
  const wanted = Buffer.from(`Basic ${Buffer.from(`${appId}:${appSecret}`).toString("base64")}`);
  const sent = Buffer.from(String(headers["authorization"] ?? ""));
  const isSame = sent.length === wanted.length && timingSafeEqual(sent, wanted);
  return isSame && headers["privy-app-id"] === appId;
}

/** What a server of the app may ask; undefined for a path that is none of these. */
export function serverRoute(world: World, asked: Asked): Answer | undefined {
  const { appId, users } = world;
  const route = `${asked.method} ${asked.path}`;
  const isApp = route === `GET /api/v1/apps/${appId}`;
  const did = /^\/api\/v1\/users\/(did:privy:\w+)$/.exec(decodeURIComponent(asked.path))?.[1];
  const find = lookups[route];
  if (!isApp && did === undefined && !find) return undefined;

  if (!hasSecret(world, asked)) {
    return refused(401, "Invalid app ID or app secret.", "invalid_credentials");
  }
  if (isApp) return ok(appSettings(appId, world.key.spki, [...world.origins]));
  if (find) return found(find(asked.body, (has) => users.find(has)));
  if (asked.method === "GET") return found(users.get(did ?? ""));
  if (asked.method !== "DELETE" || !users.get(did ?? "")) return notFound;
  const user = users.remove(did ?? "");
  world.changed();
  void world.webhooks.send(userEvent("user.deleted", user));
  return { status: 204, body: null };
}

type Search = (has: (account: LinkedAccount) => boolean) => PrivyUser | undefined;
type Lookup = (body: unknown, search: Search) => PrivyUser | undefined;

/** Names are compared as they are kept: nobody promises that Privy would guess. */
const lookups: Record<string, Lookup> = {
  "POST /api/v1/users/email/address": by("address", (address) => {
    const wanted = address.toLowerCase();
    return (one) => one.type === "email" && one.address.toLowerCase() === wanted;
  }),
  "POST /api/v1/users/wallet/address": by("address", (address) => {
    const wanted = address.toLowerCase();
    return (one) => one.type === "wallet" && one.address.toLowerCase() === wanted;
  }),
  "POST /api/v1/users/telegram/telegram_user_id": by(
    "telegram_user_id",
    (id) => (one) => one.type === "telegram" && one.telegram_user_id === id,
  ),
  "POST /api/v1/users/telegram/username": by(
    "username",
    (name) => (one) => one.type === "telegram" && one.username === name,
  ),
  "POST /api/v1/users/discord/username": by(
    "username",
    (name) => (one) => one.type === "discord_oauth" && one.username === name,
  ),
};

function by(field: string, matching: (value: string) => (account: LinkedAccount) => boolean) {
  const shape = z.record(z.string(), z.unknown());
  return (body: unknown, search: Search) => {
    const value = shape.safeParse(body).data?.[field];
    return typeof value === "string" ? search(matching(value)) : undefined;
  };
}

function found(user: PrivyUser | undefined): Answer {
  return user ? ok(wireUser(user)) : refused(404, "User not found", "user_does_not_exist");
}

import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { parseJson, plainPageHeaders, readBody } from "../../http/bodies.ts";
import type { Faults } from "../../http/observing.ts";
import { type App, type AppContext, dropConnection, makeApp } from "../../http/server.ts";
import { accessToken, appSettings, type World } from "./app.ts";
import { inboxPage } from "./codes.ts";
import type { LinkedAccount, PrivyFault, PrivyUser } from "./types.ts";
import { accountEvent, userEvent, wireUser } from "./users.ts";

type Variables = { body: unknown };
type PrivyContext = AppContext<Variables>;

const maxBodyBytes = 100_000;

/** Routes for the app's servers, for browsers, and for people who look for a mail. */
export function privyApp(world: World, faults: Faults<PrivyFault>): App<Variables> {
  const app = makeApp<Variables>();
  app.use(async (c, next) => {
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    await next();
  });
  app.use("/api/*", async (c, next) => {
    allowOrigin(c, world.origins);
    if (c.req.method === "OPTIONS") return c.body(null, 204);
    const fault = faults.take(c.req.path);
    return fault ? answerFault(c, fault) : await next();
  });
  app.use(async (c, next) => {
    const bytes = await readBody(c.env.incoming, maxBodyBytes);
    const body = bytes?.length === 0 ? null : bytes && parseJson(bytes.toString());
    if (bytes === null || body === undefined) return refuse(c, 400, "Invalid JSON");
    c.set("body", body);
    return await next();
  });

  app.get("/inbox", (c) => c.html(inboxPage(world.codes.mails()), 200, plainPageHeaders));
  app.get("/inbox.json", (c) => {
    const email = c.req.query("email")?.toLowerCase();
    const isWanted = ({ to }: { to: string }) => email === undefined || to === email;
    return c.json(world.codes.mails().filter(isWanted));
  });
  addSignInRoutes(app, world);
  addServerRoutes(app, world);
  app.notFound((c) => refuse(c, 404, "Not found"));
  return app;
}

/** An error in Privy's form; the codes are those of its own list. */
function refuse(c: PrivyContext, status: ContentfulStatusCode, error: string, code?: string) {
  return c.json({ error, ...(code !== undefined && { code }) }, status);
}

/** The headers that let a page of an allowed origin read an answer; none for any other. */
function allowOrigin(c: PrivyContext, allowed: ReadonlySet<string>): void {
  const origin = c.req.header("origin");
  c.header("vary", "origin");
  if (origin === undefined || !allowed.has(origin)) return;
  c.header("access-control-allow-origin", origin);
  c.header("access-control-allow-credentials", "true");
  c.header("access-control-allow-methods", "GET, POST");
  c.header(
    "access-control-allow-headers",
    "authorization, content-type, privy-app-id, privy-ca-id, privy-client",
  );
}

function answerFault(c: PrivyContext, { kind }: PrivyFault): Response {
  switch (kind) {
    case "429":
      return refuse(c, 429, "Too many requests", "too_many_requests");
    case "500":
      return c.text("Internal Server Error", 500);
    case "broken":
      return c.body('{"id":"did:privy:', 200, { "content-type": "application/json" });
    case "drop":
      return dropConnection(c);
  }
}

/** Whether the request carries the app's id and its secret, as `PrivyClient` sends them. */
function hasSecret(c: PrivyContext, { appId, appSecret }: World): boolean {
  const wanted = Buffer.from(`Basic ${Buffer.from(`${appId}:${appSecret}`).toString("base64")}`);
  const sent = Buffer.from(c.req.header("authorization") ?? "");
  const isSame = sent.length === wanted.length && timingSafeEqual(sent, wanted);
  return isSame && c.req.header("privy-app-id") === appId;
}

const address = z.email().transform((text) => text.toLowerCase());
const initInput = z.object({ email: address });
const authenticateInput = z.object({
  email: address,
  code: z.string().length(6),
  mode: z.enum(["no-signup", "login-or-sign-up"]).optional(),
});

/** Signing in by mail, as a browser asks for it. */
function addSignInRoutes(app: App<Variables>, world: World): void {
  app.use("/api/v1/passwordless/*", async (c, next) => {
    if (c.req.header("privy-app-id") !== world.appId)
      return refuse(c, 400, "Missing or invalid Privy app ID", "missing_or_invalid_privy_app_id");
    if (hasSecret(c, world)) return await next();
    const origin = c.req.header("origin");
    if (origin === undefined) return refuse(c, 403, "Missing origin", "missing_origin");
    if (!world.origins.has(origin)) return refuse(c, 403, "Origin not allowed", "invalid_origin");
    return await next();
  });
  app.post("/api/v1/passwordless/init", (c) => {
    const read = initInput.safeParse(c.get("body"));
    if (!read.success) return refuse(c, 400, "Invalid email address", "invalid_data");
    world.codes.send(read.data.email);
    world.changed();
    return c.json({ success: true });
  });
  app.post("/api/v1/passwordless/authenticate", async (c) => {
    const read = authenticateInput.safeParse(c.get("body"));
    if (!read.success) return refuse(c, 400, "Invalid email or code", "invalid_data");
    const { email, code, mode } = read.data;
    if (!world.codes.redeem(email, code))
      return refuse(c, 422, "Invalid email and code combination", "invalid_credentials");
    const isUsed = (one: LinkedAccount) => one.type === "email" && one.address === email;
    const before = world.users.find(isUsed);
    if (!before && mode === "no-signup")
      return refuse(c, 400, "User does not exist", "user_does_not_exist");
    const user = before ?? world.users.put({ accounts: [{ type: "email", address: email }] }).user;
    world.changed();
    // The browser does not wait for the webhooks.
    if (!before) void world.webhooks.send(userEvent("user.created", user));
    const used = user.accounts.find(isUsed);
    if (used) void world.webhooks.send(accountEvent("user.authenticated", user, used));
    const { appId, key, now } = world;
    const token = await accessToken(key, { appId, did: user.id, now: now() });
    return c.json({
      user: wireUser(user),
      token,
      privy_access_token: token,
      refresh_token: null,
      is_new_user: !before,
      session_update_action: "set",
    });
  });
}

/** The app's public keys, and what a server of the app may ask with its secret. */
function addServerRoutes(app: App<Variables>, world: World): void {
  const { appId, users } = world;
  const withSecret: MiddlewareHandler = async (c, next) =>
    hasSecret(c as PrivyContext, world)
      ? await next()
      : refuse(c as PrivyContext, 401, "Invalid app ID or app secret.", "invalid_credentials");
  const found = (c: PrivyContext, user: PrivyUser | undefined) =>
    user ? c.json(wireUser(user)) : refuse(c, 404, "User not found", "user_does_not_exist");

  app.get(`/api/v1/apps/${appId}/jwks.json`, (c) => c.json(world.key.jwks));
  app.get(`/api/v1/apps/${appId}`, withSecret, (c) =>
    c.json(appSettings(appId, world.key.spki, [...world.origins])),
  );
  for (const { path, field, isOwn } of lookups) {
    app.post(`/api/v1/users/${path}`, withSecret, (c) => {
      const value = z.record(z.string(), z.unknown()).safeParse(c.get("body")).data?.[field];
      const has = (account: LinkedAccount) => typeof value === "string" && isOwn(account, value);
      return found(c, users.find(has));
    });
  }
  app.get("/api/v1/users/:did", withSecret, (c) => found(c, users.get(c.req.param("did"))));
  app.delete("/api/v1/users/:did", withSecret, (c) => {
    const did = c.req.param("did");
    if (!users.get(did)) return refuse(c, 404, "Not found");
    const user = users.remove(did);
    world.changed();
    void world.webhooks.send(userEvent("user.deleted", user));
    return c.body(null, 204);
  });
}

type Lookup = {
  path: string;
  field: string;
  isOwn: (account: LinkedAccount, value: string) => boolean;
};

/** Names are compared as they are kept: Privy does not promise to ignore their case. */
const lookups: Lookup[] = [
  {
    path: "email/address",
    field: "address",
    isOwn: (one, value) =>
      one.type === "email" && one.address.toLowerCase() === value.toLowerCase(),
  },
  {
    path: "wallet/address",
    field: "address",
    isOwn: (one, value) =>
      one.type === "wallet" && one.address.toLowerCase() === value.toLowerCase(),
  },
  {
    path: "telegram/telegram_user_id",
    field: "telegram_user_id",
    isOwn: (one, value) => one.type === "telegram" && one.telegram_user_id === value,
  },
  {
    path: "telegram/username",
    field: "username",
    isOwn: (one, value) => one.type === "telegram" && one.username === value,
  },
  {
    path: "discord/username",
    field: "username",
    isOwn: (one, value) => one.type === "discord_oauth" && one.username === value,
  },
];

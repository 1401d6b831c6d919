import { createHash, timingSafeEqual } from "node:crypto";
import type { Identity } from "../engine.ts";
import type { Refusal, VerifyToken } from "../identity.ts";
import type { Caller } from "./functions.ts";

export type Admission = { ok: true; caller: Caller } | ({ ok: false } & Refusal);

export type Admit = {
  anonymous(): Admission;
  user(token: string): Promise<Admission>;
  admin(key: string, actingAs?: unknown): Admission;
  /** From an Authorization header: absent, `Bearer <token>`, or `Convex <admin key>`. */
  header(value: string | undefined): Promise<Admission>;
};

/**
 * Turns an Authorization header into a caller. A rejected token is an error, never an anonymous
 * caller.
 */
export function createAdmit(verify: VerifyToken, adminKey: string): Admit {
  async function user(token: string): Promise<Admission> {
    const verified = await verify(token);
    if (!verified.ok) return verified;
    const { identity, expiresAt } = verified;
    return { ok: true, caller: { admin: false, auth: { kind: "user", identity }, expiresAt } };
  }

  function admin(key: string, actingAs?: unknown): Admission {
    if (!same(key, adminKey)) return badAdminKey;
    if (actingAs === undefined)
      return { ok: true, caller: { admin: true, auth: { kind: "none" } } };
    const identity = actingIdentity(actingAs);
    if (identity === null) return badAdminKey;
    return { ok: true, caller: { admin: true, auth: { kind: "user", identity } } };
  }

  async function header(value: string | undefined): Promise<Admission> {
    if (value === undefined) return anonymous();
    const [scheme = "", presented = ""] = value.split(/ +(.*)/);
    if (scheme.toLowerCase() === "bearer" && presented !== "") return await user(presented.trim());
    if (scheme.toLowerCase() !== "convex") return badHeader;
    // The official client appends the identity to act as, encoded, after a colon.
    const colon = presented.lastIndexOf(":");
    if (colon < 0 || same(presented, adminKey)) return admin(presented);
    return admin(presented.slice(0, colon), decodeActing(presented.slice(colon + 1)));
  }

  return { anonymous, user, admin, header };
}

const anonymous = (): Admission => ({
  ok: true,
  caller: { admin: false, auth: { kind: "none" } },
});

const badAdminKey: Admission = {
  ok: false,
  code: "BadDeployKey",
  message:
    "The provided deploy key was invalid for this deployment. Double check that the key is correct.",
};

const badHeader: Admission = {
  ok: false,
  code: "InvalidAuthHeader",
  message: "Header must begin with `bearer `",
};

/** Compared by digest, so that neither length nor content shows in the time taken. */
function same(a: string, b: string): boolean {
  return b !== "" && timingSafeEqual(digest(a), digest(b));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function decodeActing(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch {
    return null;
  }
}

function actingIdentity(attributes: unknown): Identity | null {
  if (typeof attributes !== "object" || attributes === null) return null;
  const { subject, issuer } = attributes as { subject?: unknown; issuer?: unknown };
  if (typeof subject !== "string" || typeof issuer !== "string") return null;
  return { ...attributes, subject, issuer, tokenIdentifier: `${issuer}|${subject}` };
}

import { vi } from "vitest";
import { api, internal } from "../../../convex/_generated/api.js";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { asPrivy, refused } from "./people.ts";
import { as, leo, makeBot, type Plaza, rows, settled, startPlaza } from "./plaza.ts";

// Everything that can happen to people, as steps in any order, done by the real functions.

/** Four people; the first is an admin by configuration, the second a moderator at the start. */
export const people = [0, 1, 2, 3];
export type Person = number;
type Way = "telegram" | "discord" | "privy";

export type Step =
  | { do: "submit" | "withdraw" | "arrive" | "delete" | "link" | "unlink"; who: Person; in: Way }
  | { do: "signIn"; who: Person }
  | { do: "revoke"; who: Person }
  | { do: "decide"; by: Person; about: Person; decision: "approve" | "reject" }
  | { do: "approveAll"; by: Person }
  | { do: "role"; by: Person; to: Person; role: Doc<"users">["role"] }
  | { do: "status"; by: Person; to: Person; event: "suspend" | "ban" | "restore" };

/** One of a person's ways in: "telegram:1001", "discord:2100", "did:privy:0". */
export function wayOf(who: Person, way: Way): string {
  if (way === "privy") return `did:privy:${who}`;
  if (way === "discord") return `discord:${2100 + who}`;
  return who === 0 ? leo : `telegram:${1100 + who}`;
}
export const waysIn: Way[] = ["telegram", "discord", "privy"];

function caller(t: Plaza, who: Person, way: Way) {
  const name = wayOf(who, way);
  return way === "privy" ? asPrivy(t, name) : as(t, name);
}

export async function plazaOfFour(): Promise<Plaza> {
  const t = startPlaza();
  vi.stubEnv("IDENTITY_PROVIDERS", "privy@http://127.0.0.1:1");
  vi.stubEnv("PRIVY_APP_ID", "plaza-test");
  const form = { goal: "g", motivation: "m", name: "One" };
  await as(t, leo).mutation(api.chatAccounts.arrive, { name: "Leo" });
  await as(t, wayOf(1, "telegram")).mutation(api.applications.submit, form);
  await run(t, { do: "decide", by: 0, about: 1, decision: "approve" });
  await run(t, { do: "role", by: 0, to: 1, role: "moderator" });
  return t;
}

/** The living user behind each way in, with those that have none left out. */
export async function behind(t: Plaza): Promise<Map<string, Doc<"users">>> {
  const users = (await rows(t, "users")).filter(({ deletedAt }) => deletedAt === undefined);
  const found = new Map<string, Doc<"users">>();
  for (const user of users) if (user.privyDid) found.set(user.privyDid, user);
  for (const { platform, platformUserId, userId } of await rows(t, "chatAccounts")) {
    const user = users.find(({ _id }) => _id === userId);
    if (user) found.set(`${platform}:${platformUserId}`, user);
  }
  return found;
}

async function userOf(t: Plaza, who: Person): Promise<Id<"users"> | undefined> {
  const found = await behind(t);
  const way = waysIn.find((one) => found.has(wayOf(who, one)));
  return way && found.get(wayOf(who, way))?._id;
}

/** Does one step as whoever does it; "allowed", or why not. */
export async function run(t: Plaza, step: Step): Promise<string> {
  const result = await asked(t, step);
  await settled(t);
  await makeBot(t, "discord").sendAll();
  return result;
}

async function asked(t: Plaza, step: Step): Promise<string> {
  const how = { goal: "g", motivation: "m", name: "Name" };
  switch (step.do) {
    case "submit":
      return await refused(caller(t, step.who, step.in).mutation(api.applications.submit, how));
    case "withdraw":
      return await refused(caller(t, step.who, step.in).mutation(api.applications.withdraw, {}));
    case "arrive":
      return await refused(
        caller(t, step.who, step.in).mutation(api.chatAccounts.arrive, { name: "Name" }),
      );
    case "delete":
      return await refused(caller(t, step.who, step.in).mutation(api.users.softDelete, {}));
    case "unlink":
      return await refused(caller(t, step.who, step.in).mutation(api.links.unlink, {}));
    case "link": {
      const person = { did: wayOf(step.who, "privy"), name: "Name" };
      const args = { name: "Name", person };
      return await refused(caller(t, step.who, step.in).mutation(internal.linking.bindFound, args));
    }
    case "signIn":
      return await refused(caller(t, step.who, "privy").mutation(api.auth.createUserFromPrivy, {}));
    case "revoke": {
      const [, platformUserId = ""] = wayOf(step.who, "telegram").split(":");
      const account = { platform: "telegram", platformUserId } as const;
      const revoked = { did: wayOf(step.who, "privy"), account };
      const id = `${Math.random()}`;
      return await refused(t.mutation(internal.identityWebhooks.takePrivy, { id, revoked }));
    }
    default:
      return await askedByOthers(t, step);
  }
}

async function askedByOthers(t: Plaza, step: Extract<Step, { by: Person }>): Promise<string> {
  const by = caller(t, step.by, "telegram");
  if (step.do === "approveAll")
    return await refused(by.mutation(api.applications.approveAll, { until: Date.now() }));
  const userId = await userOf(t, step.do === "decide" ? step.about : step.to);
  if (!userId) return "nobody";
  if (step.do === "role")
    return await refused(by.mutation(api.users.setRole, { userId, role: step.role }));
  if (step.do === "status")
    return await refused(by.mutation(api.users.setStatus, { userId, event: step.event }));
  const latest = (await rows(t, "applications")).findLast((row) => row.userId === userId);
  if (!latest) return "nothing";
  const { decision } = step;
  return await refused(
    by.mutation(api.applications.decide, { applicationId: latest._id, decision }),
  );
}

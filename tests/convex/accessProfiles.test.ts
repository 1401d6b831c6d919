import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import { type CallerName, callerNames, callers, makeWorld } from "../support/access/world.ts";
import { makePerson } from "../support/convex/people.ts";
import { as } from "../support/convex/plaza.ts";

// Whose profile is seen by whom.

type Status = Doc<"users">["accountStatus"] | "deleted";
type Visibility = Doc<"profiles">["profileVisibility"];

const insiders: CallerName[] = ["member", "moderator", "admin", "privyMember", "clerkMember"];
const seenBy: Record<Status, Record<Visibility, readonly (CallerName | "self")[]>> = {
  active: {
    public: [...callerNames, "self"],
    members: [...insiders, "self"],
    private: ["admin", "self"],
  },
  incomplete: { public: ["admin", "self"], members: ["admin", "self"], private: ["admin", "self"] },
  pending: { public: ["admin", "self"], members: ["admin", "self"], private: ["admin", "self"] },
  suspended: { public: ["admin", "self"], members: ["admin", "self"], private: ["admin", "self"] },
  banned: { public: ["admin", "self"], members: ["admin", "self"], private: ["admin", "self"] },
  deleted: { public: [], members: [], private: [] },
};

const cases = Object.entries(seenBy).flatMap(([status, by]) =>
  Object.entries(by).map(([visibility, expected]) => ({ status, visibility, expected })),
);

describe.each(cases)("of somebody $status, for $visibility", ({ status, visibility, expected }) => {
  test.each(["id", "username", "handle"])("is found by %s by exactly those", async (by) => {
    const { t } = await makeWorld();
    const { _id: userId } = await makePerson(t, {
      accountStatus: status === "deleted" ? "active" : (status as Doc<"users">["accountStatus"]),
      username: "zoe",
      chats: ["discord:900"],
      ...(status === "deleted" && { deletedAt: 1 }),
    });
    await t.run(async ({ db }) => {
      for (const row of await db.query("profiles").collect())
        if (row.userId === userId)
          await db.patch("profiles", row._id, { profileVisibility: visibility as Visibility });
      for (const row of await db.query("chatAccounts").collect())
        if (row.userId === userId) await db.patch("chatAccounts", row._id, { handle: "zoe_chat" });
    });
    const who = { id: userId, username: "@Zoe", handle: "zoe_chat" }[by] ?? "";
    const seen: string[] = [];
    for (const name of callerNames)
      if (await callers[name](t).query(api.profiles.get, { who })) seen.push(name);
    if (await as(t, "discord:900").query(api.profiles.get, { who })) seen.push("self");
    expect(seen.sort()).toEqual([...expected].sort());
  });
});

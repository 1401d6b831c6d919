import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { asPrivy, linkByCode, plazaWithPrivy, userBehind } from "../support/convex/people.ts";
import { as, leo, minute, pass, type Plaza, rows } from "../support/convex/plaza.ts";

// The configuration names the first admins, once: who has been demoted since does not become one
// again by leaving and coming back.

const did = "did:privy:leo";

async function standing(t: Plaza) {
  return (await as(t, leo).mutation(api.chatAccounts.arrive, { name: "Leo" })).accessLevel;
}

/** Leo, an admin by the configuration, linked; and demoted, unless he is to stay one. */
async function world({ isDemoted }: { isDemoted: boolean }) {
  const { t } = await plazaWithPrivy();
  vi.stubEnv("ADMIN_PRIVY_DIDS", did);
  expect(await standing(t)).toBe("admin");
  await linkByCode(t, leo, did, "Leo");
  const user = await userBehind(t, leo);
  if (user && isDemoted) await t.run((ctx) => ctx.db.patch("users", user._id, { role: "member" }));
  await pass(t, minute);
  return t;
}

async function roleInPrivy(t: Plaza) {
  const userId = await asPrivy(t, did).mutation(api.auth.createUserFromPrivy, {});
  return (await rows(t, "users")).find(({ _id }) => _id === userId)?.role;
}

test("demoted, then out of the account by /unlink: a stranger, and no admin once linked again", async () => {
  const t = await world({ isDemoted: true });
  await as(t, leo).mutation(api.links.unlink, {});
  expect(await standing(t)).toBe("stranger");
  await pass(t, minute);
  await linkByCode(t, leo, did, "Leo");
  expect(await standing(t)).toBe("member");
});

test("demoted, then deleted: a stranger in the chat, and a plain user in Privy", async () => {
  const t = await world({ isDemoted: true });
  await as(t, leo).mutation(api.users.softDelete, {});
  expect(await standing(t)).toBe("stranger");
  expect(await roleInPrivy(t)).toBe("member");
  await pass(t, minute);
  await linkByCode(t, leo, did, "Leo");
  expect(await standing(t)).toBe("incomplete");
  // Not the second time either.
  await as(t, leo).mutation(api.users.softDelete, {});
  expect(await standing(t)).toBe("stranger");
  expect(await roleInPrivy(t)).toBe("member");
  const [account, ...more] = await rows(t, "chatAccounts");
  expect(more).toEqual([]);
  expect(Object.keys(account ?? {})).not.toContain("displayName");
});

test("an admin who leaves and comes back is one still: nobody is locked out", async () => {
  const t = await world({ isDemoted: false });
  await as(t, leo).mutation(api.links.unlink, {});
  expect(await standing(t)).toBe("admin");
});

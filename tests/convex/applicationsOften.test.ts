import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  ana,
  as,
  day,
  leo,
  pass,
  type Plaza,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

const form = { goal: "Climb", motivation: "Neighbours", name: "Ana" };
const apply = async (t: Plaza) => await as(t, ana).mutation(api.applications.submit, form);
const takeBack = async (t: Plaza) => await as(t, ana).mutation(api.applications.withdraw, {});

/** Three applications within a day, each taken back. */
async function plazaAfterThree() {
  const t = startPlaza();
  for (let times = 0; times < 3; times++) {
    await apply(t);
    await takeBack(t);
  }
  return t;
}

test("a fourth application within a day is refused, and leaves nothing behind", async () => {
  const t = await plazaAfterThree();
  await expect(apply(t)).rejects.toThrow("too-many-applications");
  expect(await rows(t, "applications")).toHaveLength(3);
  expect((await rows(t, "users")).map((user) => user.accountStatus)).toEqual(["incomplete"]);
});

test("deleting oneself gives no new tries", async () => {
  const t = await plazaAfterThree();
  await as(t, ana).mutation(api.users.softDelete, {});
  await settled(t);
  await expect(apply(t)).rejects.toThrow("too-many-applications");
});

test("a day later one may apply again", async () => {
  const t = await plazaAfterThree();
  await pass(t, day);
  await apply(t);
  expect(await rows(t, "applications")).toHaveLength(4);
});

test("who is refused for another reason has used no try", async () => {
  const t = startPlaza();
  await apply(t);
  for (let times = 0; times < 5; times++) await expect(apply(t)).rejects.toThrow("already-applied");
  const [application] = await rows(t, "applications");
  const applicationId = application?._id ?? "";
  await as(t, leo).mutation(api.applications.decide, { applicationId, decision: "reject" });
  await apply(t);
});

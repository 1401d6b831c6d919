import { api } from "../../../convex/_generated/api.js";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { makePerson } from "./people.ts";
import { as, leo, type Plaza, rows, settled, startPlaza } from "./plaza.ts";

// Charities, and the admins who review them.

export const admin = "telegram:803";
export const secondAdmin = "discord:804";
export const member = "telegram:805";

/** A Plaza with two admins, one in each chat, and a member in Bogotá. */
export async function plazaWithAdmins(): Promise<Plaza> {
  const t = startPlaza();
  const active = { accountStatus: "active" } as const;
  await makePerson(t, { ...active, role: "admin", chats: [admin], displayName: "Ada" });
  await makePerson(t, { ...active, role: "admin", chats: [secondAdmin], displayName: "Bo" });
  await makePerson(t, { ...active, city: "Bogotá", chats: [member] });
  return t;
}

type Form = (typeof api.charities.createCharity)["_args"];

/** The form of a new charity. */
export const form = (given: Partial<Form> = {}): Form => ({
  name: "Casa Azul",
  description: "A house for everybody",
  city: "Bogotá",
  category: "housing",
  ...given,
});

/** Adds a charity and runs everything that it schedules. */
export async function addCharity(t: Plaza, given: Partial<Form> = {}): Promise<Id<"charities">> {
  const { charity } = await as(t, leo).mutation(api.charities.createCharity, form(given));
  await settled(t);
  return charity._id;
}

/** Adds an approved charity, with one need where amounts are given. */
export async function approvedCharity(
  t: Plaza,
  given: Partial<Form> = {},
  need?: { urgencyScore: number; fundingGap: number; category?: string },
): Promise<Id<"charities">> {
  const charityId = await addCharity(t, given);
  await as(t, leo).mutation(api.charities.approveCharity, { charityId });
  const category = { category: "food" };
  if (need) await as(t, leo).mutation(api.needs.createNeed, { charityId, ...category, ...need });
  await settled(t);
  return charityId;
}

/** A charity as it is stored. */
export async function kept(t: Plaza, id: Id<"charities">): Promise<Doc<"charities">> {
  const row = (await rows(t, "charities")).find(({ _id }) => _id === id);
  if (!row) throw new Error("the charity is gone");
  return row;
}

/** All needs: "food 80 1200 bogota active". */
export async function needsIn(t: Plaza): Promise<string[]> {
  return (await rows(t, "needsData")).map(
    ({ category, urgencyScore, fundingGap, cityKey, isActive }) =>
      `${category} ${urgencyScore} ${fundingGap} ${cityKey} ${isActive ? "active" : "waits"}`,
  );
}

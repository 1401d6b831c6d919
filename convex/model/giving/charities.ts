import { cityKeyOf } from "../../../shared/money/city.ts";
import { plain } from "../../../shared/messages/sanitize.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { UserCaller } from "../callers/caller.ts";
import { knownAs } from "../people/reviewCards.ts";
import { invalidateBoards } from "../live/boards.ts";
import { refusal } from "../refusal.ts";
import { changeCards, scheduleCards } from "./charityCards.ts";
import {
  addressOf,
  type Changes,
  checked,
  isPlace,
  type Place,
  requireCityCapacity,
  requestCoordinates,
} from "./charityFields.ts";
import { followCharity } from "./needs.ts";

// Adds, reviews and changes charities. Each change updates their needs and review cards in the same
// transaction.

type Reading = Pick<QueryCtx, "db">;
type Written = Changes & Required<Pick<Changes, "name" | "description" | "city" | "category">>;
export type Kept = { isNew: boolean; charity: Doc<"charities"> };

/**
 * Loads a charity by an id that comes from outside as text.
 *
 * @throws `no-such-charity`
 */
export async function charityById(ctx: Reading, text: string): Promise<Doc<"charities">> {
  const id = ctx.db.normalizeId("charities", text.trim());
  const charity = id && (await ctx.db.get("charities", id));
  if (!charity) throw refusal("no-such-charity");
  return charity;
}

/** Search results that are compared with a name. */
const maxNamesakes = 50;

/** The charities of a city with exactly this name, compared without case and accents. */
export async function namesakes(
  ctx: Reading,
  name: string,
  cityKey: string,
): Promise<Doc<"charities">[]> {
  const wanted = plain(name);
  const found = await ctx.db
    .query("charities")
    .withSearchIndex("search_name", (q) => q.search("name", name.slice(0, 80)))
    .take(maxNamesakes);
  return found.filter((row) => row.cityKey === cityKey && plain(row.name) === wanted);
}

/**
 * Adds a pending charity and schedules its review cards. Idempotent: where the city has a charity
 * of that name already, that one is returned unchanged.
 *
 * @throws the codes of `checked`
 */
export async function create(
  ctx: MutationCtx,
  { user }: UserCaller,
  form: Written,
  place: Place | undefined,
  now: number,
): Promise<Kept> {
  const fields = checked(form);
  const { name, description, city, category, state = "", zipCode = "", ...others } = fields;
  const cityKey = cityKeyOf(city);
  const [known] = await namesakes(ctx, name, cityKey);
  if (known) return { isNew: false, charity: known };
  const id = await ctx.db.insert("charities", {
    name,
    description,
    city,
    cityKey,
    category,
    state,
    zipCode,
    ...present(others),
    ...(place && { ...place, placedBy: "admin" as const }),
    verificationStatus: "pending",
    createdBy: user._id,
    createdAt: now,
    version: 1,
  });
  const charity = await charityById(ctx, id);
  await scheduleCards(ctx, id);
  await requestCoordinates(ctx, charity);
  return { isNew: true, charity };
}

/** Leaves out empty optional fields. */
function present(fields: Pick<Changes, "website" | "contactEmail" | "adminNotes">) {
  const { website, contactEmail, adminNotes } = fields;
  return {
    ...(website && { website }),
    ...(contactEmail && { contactEmail }),
    ...(adminNotes && { adminNotes }),
  };
}

/**
 * Changes a charity's fields. Its needs move with it to another city.
 *
 * @throws `charity-taken`, `city-full` and the codes of `checked`
 */
export async function update(
  ctx: MutationCtx,
  charity: Doc<"charities">,
  given: Changes,
  now: number,
): Promise<Doc<"charities">> {
  const fields = checked(given);
  const { name = charity.name, city = charity.city } = fields;
  const cityKey = cityKeyOf(city);
  const [other] = (await namesakes(ctx, name, cityKey)).filter(({ _id }) => _id !== charity._id);
  if (other) throw refusal("charity-taken");
  const hasMoved = cityKey !== charity.cityKey;
  if (hasMoved && charity.verificationStatus === "approved")
    await requireCityCapacity(ctx, cityKey);
  const isElsewhere = addressOf({ ...charity, ...fields }) !== addressOf(charity);
  // Coordinates from the geocoder belong to the old address; an admin's coordinates stay.
  const isUnplaced = isElsewhere && charity.placedBy === "geocoder";
  const { website, contactEmail, adminNotes } = fields;
  const changed = await change(
    ctx,
    charity,
    {
      ...fields,
      cityKey,
      // An empty text removes an optional field.
      ...(website === "" && { website: undefined }),
      ...(contactEmail === "" && { contactEmail: undefined }),
      ...(adminNotes === "" && { adminNotes: undefined }),
      ...(isUnplaced && { latitude: undefined, longitude: undefined, placedBy: undefined }),
    },
    now,
  );
  if (isElsewhere) await requestCoordinates(ctx, changed);
  return changed;
}

export type Verdict = {
  decision: "approve" | "reject";
  reason?: string | undefined;
  /** Replaces an earlier, opposite decision. */
  isChange?: boolean | undefined;
};
const decided = { approve: "approved", reject: "rejected" } as const;

/**
 * Approves or rejects a charity, once: one that is decided already is returned unchanged, unless
 * the admin asks to replace the decision (`isChange`).
 *
 * @throws `city-full`
 */
export async function decide(
  ctx: MutationCtx,
  reviewer: UserCaller,
  charity: Doc<"charities">,
  { decision, reason, isChange = false }: Verdict,
  now: number,
): Promise<Kept> {
  const status = decided[decision];
  const isOpen = charity.verificationStatus === "pending" || isChange;
  if (!isOpen || charity.verificationStatus === status) return { isNew: false, charity };
  if (status === "approved") await requireCityCapacity(ctx, charity.cityKey);
  const isApproved = status === "approved";
  const changed = await change(
    ctx,
    charity,
    {
      verificationStatus: status,
      reviewerName: await knownAs(ctx, reviewer),
      decidedAt: now,
      reason: isApproved ? undefined : reason,
      approvedAt: isApproved ? now : undefined,
      approvedBy: isApproved ? reviewer.user._id : undefined,
    },
    now,
  );
  return { isNew: true, charity: changed };
}

/**
 * Sets a charity's coordinates by hand (null removes them); the geocoder does not overwrite them.
 */
export async function place(
  ctx: MutationCtx,
  charity: Doc<"charities">,
  at: Place | null,
  now: number,
): Promise<Doc<"charities">> {
  const { latitude, longitude } = at ?? {};
  return await change(
    ctx,
    charity,
    { latitude, longitude, placedBy: at ? "admin" : undefined },
    now,
  );
}

/** Sets coordinates that the geocoder found; values out of range are ignored. */
export async function setFoundCoordinates(
  ctx: MutationCtx,
  charity: Doc<"charities">,
  at: Place,
  now: number,
): Promise<void> {
  if (isPlace(at)) await change(ctx, charity, { ...at, placedBy: "geocoder" }, now);
}

type Row = Omit<Doc<"charities">, "_id" | "_creationTime">;
type Cleared =
  | ("latitude" | "longitude" | "placedBy" | "website" | "contactEmail" | "adminNotes")
  | ("reason" | "approvedAt" | "approvedBy");
type Patch = Partial<Omit<Row, Cleared>> & { [K in Cleared]?: Row[K] | undefined };

/** Writes a change and updates everything derived from it: needs, review cards, impact boards. */
async function change(
  ctx: MutationCtx,
  { _id, version, name, city }: Doc<"charities">,
  patch: Patch,
  now: number,
): Promise<Doc<"charities">> {
  await ctx.db.patch("charities", _id, { ...patch, version: version + 1 });
  const changed = await charityById(ctx, _id);
  await followCharity(ctx, changed);
  await changeCards(ctx, changed, 0, now);
  if (changed.name !== name || changed.city !== city) await invalidateBoards(ctx, "impact", now);
  return changed;
}

/** The address to geocode; null for a charity that has coordinates. */
export async function addressToLocate(
  ctx: QueryCtx,
  { charityId }: { charityId: Id<"charities"> },
) {
  const row = await ctx.db.get("charities", charityId);
  return row && row.latitude === undefined ? addressOf(row) : null;
}

/** Stores the geocoder's result, unless the charity's address has changed since the request. */
export async function takeCoordinates(
  ctx: MutationCtx,
  {
    charityId,
    address,
    latitude,
    longitude,
  }: { charityId: Id<"charities">; address: string; latitude: number; longitude: number },
  now: number,
) {
  const row = await ctx.db.get("charities", charityId);
  if (row && row.latitude === undefined && addressOf(row) === address)
    await setFoundCoordinates(ctx, row, { latitude, longitude }, now);
  return null;
}

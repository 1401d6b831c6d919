import { v } from "convex/values";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import { adminMutation, adminQuery, memberQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { verificationStatus } from "./model/fields.ts";
import * as charities from "./model/giving/charities.ts";
import { changeCards } from "./model/giving/charityCards.ts";
import { changes, checkedPlace, written } from "./model/giving/charityFields.ts";
import {
  forMembers,
  needyCharity,
  shownCharity,
  toShownCharity,
  wholeCharity,
  wholeFor,
  withNeeds,
} from "./model/giving/charityViews.ts";
import {
  approvedAnywhere,
  approvedIn,
  resolveCity,
  charitiesPage,
  cities,
  findCharities,
  pendingCharities,
  suggestCharities,
} from "./model/giving/charityQueries.ts";
import { needsOf } from "./model/giving/needs.ts";
import { fanOutCard } from "./model/people/reviewCards.ts";
import { refusal } from "./model/refusal.ts";
const maxListed = 25;
const maxPlaces = 60;
/** Charities that one query looks at for those with coordinates. */
const maxLookedAt = 300;

const id = { charityId: v.string() };
const kept = v.object({ isNew: v.boolean(), charity: wholeCharity });
const coordinates = { latitude: v.number(), longitude: v.number() };
/**
 * Selects a city by its name or by one of its charities; `after`: a charity's id, for the next
 * page.
 */
const cityFilter = {
  city: v.optional(v.string()),
  cityOf: v.optional(v.string()),
  after: v.optional(v.string()),
};

/**
 * Adds a pending charity, optionally with coordinates (degrees). `isNew` is false where the city
 * has one of that name, which is returned unchanged.
 *
 * @throws `bad-place` and the codes of `checked`
 */
export const createCharity = adminMutation({
  args: written.extend({
    latitude: v.optional(v.number()),
    longitude: v.optional(v.number()),
  }),
  returns: kept,
  handler: async (ctx, { latitude, longitude, ...form }) => {
    if ((latitude === undefined) !== (longitude === undefined)) throw refusal("bad-place");
    const place =
      latitude === undefined || longitude === undefined
        ? undefined
        : checkedPlace({ latitude, longitude });
    const { isNew, charity } = await charities.create(ctx, ctx.caller, form, place, Date.now());
    return { isNew, charity: await wholeFor(ctx, charity, true) };
  },
});

/**
 * Changes a charity's fields, and its review cards.
 *
 * @throws `no-such-charity`, `charity-taken`, `city-full` and the codes of `checked`
 */
export const updateCharity = adminMutation({
  args: { ...id, changes },
  returns: wholeCharity,
  handler: async (ctx, args) => {
    const charity = await charities.charityById(ctx, args.charityId);
    const changed = await charities.update(ctx, charity, args.changes, Date.now());
    return await wholeFor(ctx, changed, true);
  },
});

/**
 * Approves a charity: its needs become active. `isNew` is false where it is decided already; then
 * nothing changes, and the charity holds who decided and when. `isChange` replaces a rejection.
 *
 * @throws `no-such-charity`, `city-full`
 */
export const approveCharity = adminMutation({
  args: { ...id, isChange: v.optional(v.boolean()) },
  returns: kept,
  handler: async (ctx, { charityId, isChange }) => {
    const charity = await charities.charityById(ctx, charityId);
    const verdict = { decision: "approve" as const, isChange };
    const decided = await charities.decide(ctx, ctx.caller, charity, verdict, Date.now());
    return { isNew: decided.isNew, charity: await wholeFor(ctx, decided.charity, true) };
  },
});

/**
 * Rejects a charity, in the same way. `reason` is one of the menu ("code:double") or free text.
 * `isChange` replaces an approval: its needs become inactive.
 *
 * @throws `no-such-charity`
 */
export const rejectCharity = adminMutation({
  args: { ...id, reason: v.optional(v.string()), isChange: v.optional(v.boolean()) },
  returns: kept,
  handler: async (ctx, { charityId, reason, isChange }) => {
    const charity = await charities.charityById(ctx, charityId);
    const words = reason?.trim().slice(0, 300) || undefined;
    const verdict = { decision: "reject" as const, reason: words, isChange };
    const decided = await charities.decide(ctx, ctx.caller, charity, verdict, Date.now());
    return { isNew: decided.isNew, charity: await wholeFor(ctx, decided.charity, true) };
  },
});

/**
 * Sets a charity's coordinates (degrees) by hand; null removes them.
 *
 * @throws `no-such-charity`, `bad-place`
 */
export const updateCharityCoordinates = adminMutation({
  args: { ...id, place: v.union(v.object(coordinates), v.null()) },
  returns: wholeCharity,
  handler: async (ctx, { charityId, place }) => {
    const charity = await charities.charityById(ctx, charityId);
    const at = place && checkedPlace(place);
    return await wholeFor(ctx, await charities.place(ctx, charity, at, Date.now()), true);
  },
});

/**
 * One charity with its needs. Members see approved charities; admins see all, with their notes.
 *
 * @throws `no-such-charity`
 */
export const getCharity = memberQuery({
  args: id,
  returns: wholeCharity,
  handler: async (ctx, { charityId }) => {
    const charity = await charities.charityById(ctx, charityId);
    const isAdmin = ctx.caller.accessLevel === "admin";
    if (!isAdmin && charity.verificationStatus !== "approved") throw refusal("no-such-charity");
    return await wholeFor(ctx, charity, isAdmin);
  },
});

/**
 * The approved charities of a city (by default the caller's) with their needs, at most `limit` (25
 * at most). `city` is null where no city is given or known.
 */
export const getCharitiesByCity = memberQuery({
  args: { ...cityFilter, limit: v.number() },
  returns: v.object({
    city: v.union(v.string(), v.null()),
    charities: v.array(needyCharity),
    hasMore: v.boolean(),
  }),
  handler: async (ctx, { limit, ...args }) => {
    const city = args.city ?? ctx.caller.user?.city;
    const where = await resolveCity(ctx, { ...args, city });
    if (!where) return { city: null, charities: [], hasMore: false };
    const max = bounded(limit, maxListed);
    const rows = await approvedIn(ctx, where, max + 1);
    const shown = await Promise.all(rows.slice(0, max).map((row) => withNeeds(ctx, row)));
    return { city: rows[0]?.city ?? city ?? "", charities: shown, hasMore: rows.length > max };
  },
});

/**
 * The coordinates and open gaps (cents) of approved charities of one city, or of all: at most
 * `maxPlaces`. `others`: there are more, or some without coordinates. `city` is null for all
 * cities.
 */
export const getCharitiesWithCoordinates = memberQuery({
  args: { city: cityFilter.city },
  returns: v.object({
    city: v.union(v.string(), v.null()),
    places: v.array(
      v.object({ _id: v.id("charities"), name: v.string(), ...coordinates, gap: v.number() }),
    ),
    others: v.boolean(),
  }),
  handler: async (ctx, args) => {
    const isEverywhere = args.city === undefined;
    const where = await resolveCity(ctx, args);
    if (!where && !isEverywhere) return { city: args.city ?? "", places: [], others: false };
    const rows = where
      ? await approvedIn(ctx, where, maxLookedAt)
      : await approvedAnywhere(ctx, maxLookedAt);
    const placed = rows.flatMap(({ _id, name, latitude, longitude }) =>
      latitude === undefined || longitude === undefined ? [] : [{ _id, name, latitude, longitude }],
    );
    const places = await Promise.all(
      placed.slice(0, maxPlaces).map(async (one) => {
        const needs = (await needsOf(ctx, one._id)).filter(({ isActive }) => isActive);
        return { ...one, gap: needs.reduce((sum, { fundingGap }) => sum + fundingGap, 0) };
      }),
    );
    const isAll = rows.length < maxLookedAt && places.length === rows.length;
    const city = isEverywhere ? null : (rows[0]?.city ?? args.city ?? "");
    return { city, places, others: !isAll };
  },
});

/** The cities with approved charities, each with the id of one of them; at most twenty. */
export const getCities = memberQuery({
  args: {},
  returns: v.array(v.object({ city: v.string(), charityId: v.id("charities") })),
  handler: async (ctx) =>
    (await cities(ctx)).map(({ city, _id: charityId }) => ({ city, charityId })),
});

/**
 * Finds charities by id or name (`who`), at most five: exact matches, else search results. Only
 * admins find charities that are not approved.
 */
export const find = memberQuery({
  args: { who: v.string() },
  returns: v.array(shownCharity),
  handler: async (ctx, { who }) => {
    const isAdmin = ctx.caller.accessLevel === "admin";
    const rows = await findCharities(ctx, who, isAdmin);
    return rows.map(isAdmin ? toShownCharity : forMembers);
  },
});

/** Finds charities of any status, for the commands of admins. */
export const findAny = adminQuery({
  args: { who: v.string() },
  returns: v.array(shownCharity),
  handler: async (ctx, { who }) => (await findCharities(ctx, who, true)).map(toShownCharity),
});

/**
 * Suggestions while a name is typed, at most 25; without any text, admins get pending charities.
 */
export const suggest = memberQuery({
  args: { typed: v.string() },
  returns: v.array(shownCharity.pick("_id", "name", "city")),
  handler: async (ctx, args) => await suggestCharities(ctx, args),
});

/** The ten oldest pending charities, and the number of all, counted up to a hundred. */
export const getPendingCharities = adminQuery({
  args: {},
  returns: v.object({ shown: v.array(shownCharity), count: v.number() }),
  handler: async (ctx) => await pendingCharities(ctx),
});

/**
 * All charities, or those of one status, in pages.
 * For other clients of the deployment: no bot calls it.
 */
export const getAllCharities = adminQuery({
  args: { status: v.optional(verificationStatus), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shownCharity),
  handler: async (ctx, args) => await charitiesPage(ctx, args),
});

/** Enqueues the review card of a new charity for every subscribed chat, batch by batch. */
export const fanOut = internalMutation({
  args: { charityId: v.id("charities"), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { charityId, cursor }) => {
    const charity = await ctx.db.get("charities", charityId);
    if (charity?.verificationStatus !== "pending") return null;
    const task = { kind: "charity" as const, charityId };
    const next = await fanOutCard(ctx, task, cursor, Date.now());
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.charities.fanOut, { charityId, cursor: next });
    return null;
  },
});

/** Updates the cards that did not fit into the transaction of the change. */
export const changeMore = internalMutation({
  args: { charityId: v.id("charities"), version: v.number(), after: v.number() },
  returns: v.null(),
  handler: async (ctx, { charityId, version, after }) => {
    await changeCards(ctx, { _id: charityId, version }, after, Date.now());
    return null;
  },
});

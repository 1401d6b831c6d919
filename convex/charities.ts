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
  askedCity,
  charitiesPage,
  cities,
  meant,
  pendingCharities,
  suggestCharities,
} from "./model/giving/charityQueries.ts";
import { needsOf } from "./model/giving/needs.ts";
import { fanOutCard } from "./model/people/reviewCards.ts";
import { refusal } from "./model/refusal.ts";
const maxListed = 25;
const maxPlaces = 60;
/** How many charities are looked at for such that have a place. */
const maxLookedAt = 300;

const id = { charityId: v.string() };
const kept = v.object({ isNew: v.boolean(), charity: wholeCharity });
const coordinates = { latitude: v.number(), longitude: v.number() };
/** A city by its name, or as that of a charity; `after` a charity, for a next page. */
const asked = {
  city: v.optional(v.string()),
  cityOf: v.optional(v.string()),
  after: v.optional(v.string()),
};

/**
 * Adds a charity, which waits for an admin's approval. `isNew` is false where the city has one of
 * that name: it is given back as it is. Degrees may come with it, both of them.
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

/** Changes what is written about a charity; cards that are out say it too. */
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
 * Approves a charity: from now on its needs take part. `isNew` is false where it is decided already;
 * nothing changes, and the charity says by whom and when. `isChange`: a rejection is taken back.
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
 * Rejects a charity in the same way. `reason` is one of the menu ("code:double") or free words.
 * `isChange`: an approval is taken back, and its needs take no further part.
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

/** Says by hand where a charity is, in degrees; null takes its place away. */
export const updateCharityCoordinates = adminMutation({
  args: { ...id, place: v.union(v.object(coordinates), v.null()) },
  returns: wholeCharity,
  handler: async (ctx, { charityId, place }) => {
    const charity = await charities.charityById(ctx, charityId);
    const at = place && checkedPlace(place);
    return await wholeFor(ctx, await charities.place(ctx, charity, at, Date.now()), true);
  },
});

/** One charity with its needs; members are shown approved ones, admins every one and its notes. */
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
 * The approved charities of a city with their needs, at most `limit` (25 at most); without a city,
 * of the caller's own. `city` is null where none is known.
 */
export const getCharitiesByCity = memberQuery({
  args: { ...asked, limit: v.number() },
  returns: v.object({
    city: v.union(v.string(), v.null()),
    charities: v.array(needyCharity),
    hasMore: v.boolean(),
  }),
  handler: async (ctx, { limit, ...args }) => {
    const city = args.city ?? ctx.caller.user?.city;
    const where = await askedCity(ctx, { ...args, city });
    if (!where) return { city: null, charities: [], hasMore: false };
    const most = bounded(limit, maxListed);
    const rows = await approvedIn(ctx, where, most + 1);
    const shown = await Promise.all(rows.slice(0, most).map((row) => withNeeds(ctx, row)));
    return { city: rows[0]?.city ?? city ?? "", charities: shown, hasMore: rows.length > most };
  },
});

/**
 * Where approved charities are, of one city or of all, and their open gaps (cents): at most sixty;
 * `others` says that there are more, or such whose place nobody knows. `city` is null for all.
 */
export const getCharitiesWithCoordinates = memberQuery({
  args: { city: asked.city },
  returns: v.object({
    city: v.union(v.string(), v.null()),
    places: v.array(
      v.object({ _id: v.id("charities"), name: v.string(), ...coordinates, gap: v.number() }),
    ),
    others: v.boolean(),
  }),
  handler: async (ctx, args) => {
    const isEverywhere = args.city === undefined;
    const where = await askedCity(ctx, args);
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

/** The cities that have approved charities, each with the id of one of them; at most twenty. */
export const getCities = memberQuery({
  args: {},
  returns: v.array(v.object({ city: v.string(), charityId: v.id("charities") })),
  handler: async (ctx) =>
    (await cities(ctx)).map(({ city, _id: charityId }) => ({ city, charityId })),
});

/**
 * Whom somebody means by an id or a name, at most five: of exactly that name, else what a search
 * finds. Approved charities only; for admins all.
 */
export const find = memberQuery({
  args: { who: v.string() },
  returns: v.array(shownCharity),
  handler: async (ctx, { who }) => {
    const isAdmin = ctx.caller.accessLevel === "admin";
    const rows = await meant(ctx, who, isAdmin);
    return rows.map(isAdmin ? toShownCharity : forMembers);
  },
});

/** The same for what only admins do: nobody else gets as far as a name. */
export const findAny = adminQuery({
  args: { who: v.string() },
  returns: v.array(shownCharity),
  handler: async (ctx, { who }) => (await meant(ctx, who, true)).map(toShownCharity),
});

/** Whom somebody may mean while they type; at most 25, for admins first those that wait. */
export const suggest = memberQuery({
  args: { typed: v.string() },
  returns: v.array(shownCharity.pick("_id", "name", "city")),
  handler: async (ctx, args) => await suggestCharities(ctx, args),
});

/** Charities that wait, the longest first: ten of them, and how many in all, up to a hundred. */
export const getPendingCharities = adminQuery({
  args: {},
  returns: v.object({ shown: v.array(shownCharity), count: v.number() }),
  handler: async (ctx) => await pendingCharities(ctx),
});

/**
 * Every charity, of one status or of all, page by page.
 * For other clients of the deployment: no bot calls it.
 */
export const getAllCharities = adminQuery({
  args: { status: v.optional(verificationStatus), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shownCharity),
  handler: async (ctx, args) => await charitiesPage(ctx, args),
});

/** Enqueues the card of a new charity to every chat that admins chose for it, batch by batch. */
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

/** The rest of a charity's cards, where there are very many. */
export const changeMore = internalMutation({
  args: { charityId: v.id("charities"), version: v.number(), after: v.number() },
  returns: v.null(),
  handler: async (ctx, { charityId, version, after }) => {
    await changeCards(ctx, { _id: charityId, version }, after, Date.now());
    return null;
  },
});

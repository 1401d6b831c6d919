import type { RefusalCode } from "../../../shared/refusals.ts";
import { hashOf } from "../../../shared/linkCode.ts";
import { weekStart } from "../../../shared/time/week.ts";
import { begin, day } from "../convex/plaza.ts";
import { buttonOf, type CallerName, callerNames, codeOf, type World } from "./world.ts";

// Who may call which public function. "Allowed" is whoever the function answers; for everybody else
// it is the refusal.

export type Result = "allowed" | RefusalCode;
export type Who = Record<CallerName, Result>;

function each(result: Result): Who {
  return Object.fromEntries(callerNames.map((name) => [name, result])) as Who;
}

/** The same for several. */
function some(result: Result, ...names: CallerName[]): Partial<Who> {
  return Object.fromEntries(names.map((name) => [name, result]));
}

const week = weekStart(begin);

const withPrivy = ["privyStranger", "privyMember", "privyBanned"] as const;
const withClerk = ["clerkStranger", "clerkMember", "clerkBanned"] as const;
/** Who is nobody to Plaza: the bot in its own name too, where a person is asked for. */
const unknown = some("not-signed-in", "bot", "nobody", "foreign");
const elsewhere = some("not-signed-in", ...withPrivy, ...withClerk);
const userless = some("no-account", "stranger", "privyStranger", "clerkStranger");
const barred = {
  ...some("suspended", "suspended"),
  ...some("banned", "banned", "privyBanned", "clerkBanned"),
};

export const everyone = each("allowed");
export const bots: Who = { ...each("bots-only"), bot: "allowed" };
/** Whoever writes in a chat, whatever they are. */
export const chats: Who = { ...everyone, ...unknown, ...elsewhere };
/** Whoever has a user, whatever its status, in whatever way they signed in. */
export const users: Who = { ...everyone, ...unknown, ...userless };
const blocked = { ...some("suspended", "suspended"), ...some("banned", "banned") };
/** The same without those who may only see to what is their own. */
const unblockedChats: Who = { ...chats, ...blocked };
const unblockedUsers: Who = { ...users, ...barred };
/** Whoever has a user or a chat account: what is stored about them is theirs. */
export const selves: Who = { ...users, stranger: "allowed" };
export const privyUsers: Who = { ...each("not-signed-in"), ...some("allowed", ...withPrivy) };
/** Members and above, in whatever way they signed in. */
export const members: Who = {
  ...each("members-only"),
  ...unknown,
  ...barred,
  ...some("still-pending", "pending"),
  ...some("allowed", "member", "moderator", "admin", "privyMember", "clerkMember"),
};
export const moderators: Who = {
  ...each("moderators-only"),
  ...unknown,
  ...barred,
  ...some("allowed", "moderator", "admin"),
};
export const admins: Who = { ...each("admins-only"), ...unknown, ...barred, admin: "allowed" };
/** Whose chat account can be taken out of their user: a bar cannot be left behind. */
const unlinkers: Who = { ...chats, ...barred, ...elsewhere, stranger: "no-account" };
const applicants: Who = {
  ...chats,
  ...some("already-applied", "pending"),
  ...some("already-member", "member", "moderator", "admin"),
  ...some("suspended", "suspended"),
  ...some("banned", "banned"),
};
const waiting: Who = {
  ...each("not-pending"),
  ...unknown,
  ...userless,
  ...barred,
  pending: "allowed",
};

/** Who may, where nobody has what it needs: they get this far. */
function instead(who: Who, result: RefusalCode): Who {
  const each = Object.entries(who).map(([name, one]) => [name, one === "allowed" ? result : one]);
  return Object.fromEntries(each) as Who;
}

type Args = Record<string, unknown>;
export type Row = { who: Who; args?: (world: World, caller: CallerName) => Args | Promise<Args> };

const where = { platform: "telegram", chatId: "-100" };
const event = { title: "Picnic", startDate: begin + day, lumaUrl: "https://example.org/picnic" };
const page = { paginationOpts: { numItems: 10, cursor: null } };

/** By path; behind a space what is asked for in this row, where there are several. */
export const table: Record<string, Row> = {
  "applications:approveAll": { who: moderators, args: () => ({ until: begin }) },
  "applications:decide": {
    who: moderators,
    args: ({ applicationId }) => ({ applicationId, decision: "approve" }),
  },
  "applications:decide rejecting": {
    who: moderators,
    args: ({ applicationId }) => ({ applicationId, decision: "reject", reason: "code:unclear" }),
  },
  "applications:find": { who: moderators, args: () => ({ who: "Wanda" }) },
  "applications:mine": { who: users },
  "applications:pending": { who: moderators },
  "applications:requestJoin": { who: chats, args: () => ({ chatId: "-200", title: "Members" }) },
  "applications:submit": {
    who: applicants,
    args: () => ({ goal: "To learn", motivation: "Curious", name: "Me" }),
  },
  "applications:suggest": { who: moderators, args: () => ({ typed: "wa" }) },
  "applications:withdraw": { who: waiting },
  "auth:createUserFromPrivy": { who: privyUsers },
  "boards:add": { who: admins, args: () => ({ ...where, title: "Plaza", view: "impact" }) },
  "boards:list": { who: admins, args: () => where },
  "boards:remove": { who: admins, args: ({ boardId }) => ({ ...where, boardId }) },
  "channels:gone": { who: bots, args: () => ({ chatId: "-100", reason: "kicked" }) },
  "channels:moved": { who: bots, args: () => ({ from: "-100", to: "-200" }) },
  "channels:setting": { who: bots, args: () => ({ chatId: "-100" }) },
  "channels:show": { who: admins, args: () => where },
  "channels:subscribe": { who: admins, args: () => ({ ...where, title: "Plaza" }) },
  "channels:unsubscribe": { who: admins, args: () => where },
  "charities:approveCharity": { who: admins, args: ({ waitingId }) => ({ charityId: waitingId }) },
  "charities:createCharity": {
    who: admins,
    args: () => ({ name: "Beds", description: "Sleeps.", city: "Vigo", category: "housing" }),
  },
  "charities:find": { who: members, args: () => ({ who: "Soup" }) },
  "charities:findAny": { who: admins, args: () => ({ who: "Bread" }) },
  "charities:getAllCharities": { who: admins, args: () => page },
  "charities:getCharitiesByCity": { who: members, args: () => ({ city: "Bogotá", limit: 10 }) },
  "charities:getCharitiesWithCoordinates": { who: members, args: () => ({ city: "Bogotá" }) },
  "charities:getCharity": { who: members, args: ({ charityId }) => ({ charityId }) },
  "charities:getCharity that waits": {
    who: { ...instead(members, "no-such-charity"), admin: "allowed" },
    args: ({ waitingId }) => ({ charityId: waitingId }),
  },
  "charities:getCities": { who: members },
  "charities:getPendingCharities": { who: admins },
  "charities:rejectCharity": {
    who: admins,
    args: ({ waitingId }) => ({ charityId: waitingId, reason: "code:charity-double" }),
  },
  "charities:suggest": { who: members, args: () => ({ typed: "so" }) },
  "charities:updateCharity": {
    who: admins,
    args: ({ charityId }) => ({ charityId, changes: { description: "Cooks." } }),
  },
  "charities:updateCharityCoordinates": {
    who: admins,
    args: ({ charityId }) => ({ charityId, place: { latitude: 4, longitude: -74 } }),
  },
  "chatAccounts:arrive": { who: chats, args: () => ({ name: "Me", handle: "me" }) },
  "chatAccounts:change": { who: chats, args: () => ({ locale: "es" }) },
  "chatAccounts:change where to be told": {
    who: { ...chats, stranger: "no-account" },
    args: () => ({ tellIn: "nowhere" }),
  },
  "chatAccounts:change what to be told": {
    who: { ...chats, stranger: "no-account" },
    args: () => ({ muted: ["standing"] }),
  },
  "deliveries:lease": { who: bots, args: () => ({ limit: 1 }) },
  "deliveries:list": { who: admins },
  "deliveries:nextReady": { who: bots },
  "deliveries:retry": { who: admins, args: ({ deliveryId }) => ({ deliveryId }) },
  "deliveries:step": {
    who: bots,
    args: ({ deliveryId }) => ({ begins: { deliveryId, fencingToken: 1 } }),
  },
  "dialogs:answer": {
    who: chats,
    args: () => ({ field: "goal", value: "To learn", messageId: "1", isLast: false }),
  },
  "dialogs:begin": { who: chats, args: () => ({ form: "join" }) },
  "dialogs:cancel": { who: chats },
  "dialogs:current": { who: chats },
  "distributions:getDistributionsByCharity": {
    who: admins,
    args: ({ charityId }) => ({ charityId, ...page }),
  },
  "distributions:getDistributionsBySubscription": {
    who: users,
    args: ({ subscriptionId }) => ({ subscriptionId }),
  },
  "distributions:getDistributionsByUser": { who: users, args: () => ({ weekStartDate: week }) },
  "distributions:getDistributionsByWeek": {
    who: admins,
    args: () => ({ weekStartDate: week, ...page }),
  },
  "events/mutations:create": { who: admins, args: ({ orgId }) => ({ orgId, event }) },
  "events/mutations:update": { who: admins, args: ({ eventId }) => ({ eventId, changes: {} }) },
  "events/queries:get": { who: everyone, args: ({ eventId }) => ({ eventId }) },
  "events/queries:getPublished": { who: everyone, args: ({ orgId }) => ({ orgId, limit: 10 }) },
  "events/queries:list": { who: everyone, args: ({ orgId }) => ({ orgId, ...page }) },
  "events/queries:search": { who: everyone, args: () => ({ words: "event" }) },
  "events/queries:upcoming": { who: everyone, args: ({ orgId }) => ({ orgId }) },
  "events/sync:syncNow": { who: admins, args: ({ orgId }) => ({ orgId }) },
  "feeds:link": { who: unblockedChats },
  "impact:charity": {
    who: members,
    args: ({ charityId }) => ({ charityId, from: week, to: week }),
  },
  "impact:week": { who: members },
  "impact:weeks": { who: members, args: () => ({ from: week, to: week }) },
  "links:begin": { who: chats, args: () => ({ name: "Me" }) },
  "links:confirm": { who: chats, args: async (_world, caller) => await buttonOf(caller) },
  "links:lookAtCode": {
    who: chats,
    args: async (_world, caller) => ({ hash: await hashOf(codeOf(caller)) }),
  },
  "links:unlink": { who: unlinkers },
  "scheduledEvents:set": {
    who: admins,
    args: ({ orgId }) => ({ orgId, isOn: true, guildId: "900000000000000001" }),
  },
  "needs:createNeed": {
    who: admins,
    args: ({ charityId }) => ({ charityId, urgencyScore: 1, fundingGap: 1, category: "water" }),
  },
  "needs:getActiveNeeds": { who: members, args: () => ({ limit: 10 }) },
  "needs:getNeedsByCharity": { who: members, args: ({ charityId }) => ({ charityId }) },
  "needs:getNeedsByCity": { who: members, args: () => ({ city: "Bogotá", ...page }) },
  "needs:updateNeed": { who: admins, args: ({ needId }) => ({ needId, urgencyScore: 9 }) },
  "needsFeed:readNow": { who: admins },
  "needsFeed:setSource": {
    who: admins,
    args: () => ({ url: "https://needs.example.org/needs.json" }),
  },
  "needsFeed:source": { who: admins },
  "organizations:add": {
    who: admins,
    args: () => ({ name: "New", timezone: "Europe/Madrid", locale: "es" }),
  },
  "organizations:change": { who: admins, args: ({ orgId }) => ({ orgId, city: "Vigo" }) },
  "organizations:forKey": { who: admins, args: () => ({ slug: "frutero" }) },
  "organizations:list": { who: everyone },
  "organizations:setMemberRole": {
    who: admins,
    args: ({ orgId }) => ({ orgId, member: { guildId: "77777", role: "Member" } }),
  },
  "organizations:show": { who: admins, args: ({ orgId }) => ({ orgId }) },
  "portfolioManager:distributeFunds": { who: admins, args: () => ({ weekStartDate: week }) },
  "portfolioManager:due": { who: admins, args: () => ({ now: week }) },
  "portfolioManager:getDistributionPreview": {
    who: admins,
    args: () => ({ weekStartDate: week }),
  },
  "preferences:lastChanged": { who: bots },
  "profiles:create": { who: unblockedUsers },
  "profiles:find": { who: everyone, args: ({ other }) => ({ who: other }) },
  "profiles:get": { who: everyone, args: ({ other }) => ({ who: other }) },
  "profiles:update": { who: unblockedUsers, args: () => ({ city: "Vigo" }) },
  "queue:callNext": { who: moderators, args: ({ eventId }) => ({ eventId }) },
  "queue:cancelEntry": { who: moderators, args: ({ placeId }) => ({ positionId: placeId }) },
  "queue:closeQueue": { who: moderators, args: ({ eventId }) => ({ eventId }) },
  "queue:closeQueue sending home": {
    who: moderators,
    args: ({ eventId }) => ({ eventId, sendsHome: true }),
  },
  "queue:completeEntry": { who: moderators, args: ({ calledId }) => ({ positionId: calledId }) },
  "queue:confirmEntry": { who: moderators, args: ({ calledId }) => ({ positionId: calledId }) },
  "queue:confirmTurn": {
    who: instead(unblockedUsers, "not-called"),
    args: ({ eventId }) => ({ eventId }),
  },
  "queue:getEventQueue": { who: moderators, args: ({ eventId }) => ({ eventId }) },
  "queue:getQueues": { who: everyone, args: ({ orgId }) => ({ orgId }) },
  "queue:getUserQueue": { who: users, args: () => ({ now: begin }) },
  "queue:joinQueue": { who: members, args: ({ eventId }) => ({ eventId }) },
  "queue:leaveQueue": {
    who: instead(users, "not-in-line"),
    args: ({ eventId }) => ({ eventId }),
  },
  "queue:noShowEntry": { who: moderators, args: ({ calledId }) => ({ positionId: calledId }) },
  "queue:openQueue": { who: moderators, args: ({ eventId }) => ({ eventId, slotMinutes: 7 }) },
  "reminders:mine": { who: chats },
  "reminders:set": { who: unblockedChats, args: ({ eventId }) => ({ eventId, minutesBefore: 60 }) },
  "reminders:unset": { who: chats, args: ({ eventId }) => ({ eventId }) },
  "reports:getLatestReport": { who: users },
  "reports:getReport": { who: users, args: () => ({ weekStartDate: week }) },
  "reports:getUserReports": { who: users, args: () => ({ from: week, to: week }) },
  // Who is kept out takes nobody's seat; that they do not come they may say.
  "rsvps:answer": {
    who: unblockedChats,
    args: ({ eventId }) => ({ eventId, answer: "going", guests: 1 }),
  },
  "rsvps:answer no": { who: chats, args: ({ eventId }) => ({ eventId, answer: "not" }) },
  "rsvps:calendar": { who: chats, args: () => ({ now: begin }) },
  "rsvps:mine": { who: chats },
  "rsvps:setLimit": { who: admins, args: ({ eventId }) => ({ eventId, seats: 20 }) },
  "rsvps:show": { who: everyone, args: ({ eventId }) => ({ eventId }) },
  "subscriptions:cancelSubscription": { who: instead(users, "no-gift") },
  "subscriptions:getUserSubscriptions": { who: users },
  "subscriptions:give": {
    who: instead(members, "no-city"),
    args: () => ({ amount: 500, locale: "en" }),
  },
  "subscriptions:pauseSubscription": { who: instead(users, "no-gift") },
  "subscriptions:resumeSubscription": { who: instead(members, "no-gift") },
  "users:create": { who: admins, args: () => ({ email: "new@example.com" }) },
  "users:exportMine": { who: selves },
  "users:find": { who: admins, args: () => ({ who: "other" }) },
  "users:get": { who: moderators, args: ({ other }) => ({ userId: other }) },
  "users:getUserByClerkId": { who: admins, args: () => ({ clerkId: "user_member" }) },
  "users:getUserByEmail": { who: admins, args: () => ({ email: "other@example.com" }) },
  "users:list": { who: moderators, args: () => ({ accountStatus: "active", ...page }) },
  "users:me": { who: users },
  "users:setRole": { who: admins, args: ({ other }) => ({ userId: other, role: "moderator" }) },
  "users:setStatus": { who: admins, args: ({ other }) => ({ userId: other, event: "suspend" }) },
  "users:softDelete": { who: selves },
  "users:update": { who: unblockedUsers, args: () => ({ bio: "Hello" }) },
  "webhooks:getUserWebhookEvents": { who: users },
};

/** The status of every http route: for everybody, and for those for whom it is another. */
export const routes: Record<
  string,
  {
    path?: string;
    body?: (caller: CallerName) => string;
    status: number;
    but?: Partial<Record<CallerName, number>>;
  }
> = {
  "GET /calendars/*": { path: "/calendars/frutero.ics", status: 200 },
  "GET /calendars/mine/*": { path: "/calendars/mine/nobody.ics", status: 404 },
  "GET /given": { status: 200 },
  "GET /given/not": { status: 200 },
  "GET /link": { status: 200 },
  "OPTIONS /link/finish": { status: 204 },
  "OPTIONS /link/look": { status: 204 },
  "POST /link/finish": {
    body: (caller) => JSON.stringify({ code: codeOf(caller) }),
    status: 401,
    but: { privyStranger: 200, privyMember: 200, privyBanned: 200 },
  },
  "POST /link/look": {
    body: (caller) => JSON.stringify({ code: codeOf(caller) }),
    status: 401,
    but: { privyStranger: 200, privyMember: 200, privyBanned: 200 },
  },
  "POST /luma-key": {
    body: () => JSON.stringify({ slug: "frutero", key: "another-key" }),
    status: 403,
    but: { admin: 200 },
  },
  "POST /webhooks/clerk": { body: () => "{}", status: 400 },
  "POST /webhooks/luma/*": { path: "/webhooks/luma/frutero", body: () => "{}", status: 400 },
  "POST /webhooks/privy": { body: () => "{}", status: 400 },
  "POST /webhooks/stripe": { body: () => "{}", status: 400 },
};

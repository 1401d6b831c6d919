import { type AccessLevel, accessLevels, type Platform } from "../../../shared/identity.ts";
import { weekStart } from "../../../shared/time/week.ts";
import { buttonOf, codeOf, type World } from "./world.ts";
import { begin } from "../convex/plaza.ts";

// What every command and every press answers to whom, and where.

/** The eight kinds of people, and "bot": a post in a Telegram channel, of which nobody says whose. */
export type Who = Record<AccessLevel | "bot", string>;
/** "anywhere", "hidden" where others would read along, "private" in private chats alone. */
export type Where = "anywhere" | "hidden" | "private";
type Asker = keyof Who;
type Wanted = (world: World, asker: Asker, platform: Platform) => string | Promise<string>;
export type Row = {
  where: Where;
  /** For moderators and admins: answered in a chat that was chosen for them. */
  isDeciders?: boolean;
  who: Who;
  words?: Wanted;
  /** What is said where it is not answered; by default the way to the private chat. */
  elsewhere?: string;
};

function each(result: string): Who {
  const everybody = [...accessLevels, "bot"].map((asker) => [asker, result]);
  return Object.fromEntries(everybody) as Who;
}

function some(result: string, ...askers: Asker[]): Partial<Who> {
  return Object.fromEntries(askers.map((asker) => [asker, result]));
}

const everyone = each("done");
const unknown = some("not-signed-in", "bot");
const barred = { ...some("suspended", "suspended"), ...some("banned", "banned") };
const chats: Who = { ...everyone, ...unknown };
/** Who may take a seat or see their calendar: whoever is kept out may not. */
const comers: Who = { ...chats, ...barred };
const users: Who = { ...chats, stranger: "no-account" };
const moderators: Who = {
  ...each("moderators-only"),
  ...unknown,
  ...barred,
  ...some("done", "moderator", "admin"),
};
const admins: Who = { ...each("admins-only"), ...unknown, ...barred, admin: "done" };
const newcomers: Who = {
  ...everyone,
  ...barred,
  ...some("already-member", "member", "moderator", "admin"),
};
const applicants: Who = {
  ...each("not-pending"),
  ...unknown,
  ...barred,
  stranger: "no-account",
  pending: "done",
};

/** Who may begin to give; nobody here gives yet, or has a city. */
const starters: Who = {
  ...everyone,
  ...unknown,
  ...barred,
  ...some("members-only", "stranger", "incomplete"),
  pending: "still-pending",
};
const givers: Who = { ...starters, stranger: "no-account" };
/** Who could stop a gift, whatever they are now. */
const stoppers: Who = { ...each("no-gift"), ...unknown, stranger: "no-account" };

const members: Who = {
  ...each("done"),
  ...unknown,
  ...barred,
  ...some("members-only", "stranger", "incomplete"),
  pending: "still-pending",
};

/** Whoever has an account, and neither is called nor in a line. */
const uncalled: Who = { ...each("not-called"), ...unknown, ...barred, stranger: "no-account" };
const lineless: Who = { ...each("not-in-line"), ...unknown, stranger: "no-account" };

const deciding = { where: "hidden", isDeciders: true, who: moderators } as const;

/** By name; behind a space what is written behind it. */
export const commandTable: Record<string, Row> = {
  start: { where: "anywhere", who: everyone },
  "start <code>": {
    where: "private",
    who: chats,
    elsewhere: "private-only",
    words: (_world, asker, platform) => codeOf(asker, platform),
  },
  "start <command>": { where: "hidden", who: newcomers, words: () => "join" },
  help: { where: "anywhere", who: everyone },
  events: { where: "anywhere", who: everyone },
  event: { where: "anywhere", who: everyone, words: () => "jam" },
  calendar: { where: "anywhere", who: everyone },
  "calendar <mine>": { where: "private", who: comers, words: () => "mine" },
  going: { where: "hidden", who: chats },
  "going <event>": { where: "hidden", who: everyone, words: () => "jam" },
  "going <answer>": { where: "hidden", who: comers, words: () => "jam yes +1" },
  "going <no>": { where: "hidden", who: chats, words: () => "jam no" },
  "going <limit>": { where: "hidden", who: admins, words: () => "limit jam 20" },
  remind: { where: "hidden", who: chats },
  "remind <event>": { where: "hidden", who: everyone, words: () => "jam" },
  "remind <when>": { where: "hidden", who: comers, words: () => "jam 2h" },
  "remind <none>": { where: "hidden", who: chats, words: () => "jam none" },
  queue: { where: "anywhere", who: users },
  "queue <join>": { where: "anywhere", who: members, words: () => "join" },
  "queue <leave>": { where: "anywhere", who: users, words: () => "leave" },
  "queue <open>": { where: "anywhere", who: moderators, words: () => "open jam slot=7" },
  "queue <close>": { where: "anywhere", who: moderators, words: () => "close" },
  "queue <next>": { ...deciding, words: () => "next" },
  "queue <here>": { ...deciding, words: () => "here" },
  "queue <done>": { ...deciding, words: () => "done" },
  "queue <noshow>": { ...deciding, words: () => "ausente" },
  "queue <remove>": { ...deciding, words: () => "remove" },
  join: { where: "hidden", who: newcomers },
  me: { where: "hidden", who: everyone },
  profile: { where: "hidden", who: users },
  "profile <who>": { where: "hidden", who: everyone, words: () => "other" },
  "profile <change>": { where: "hidden", who: { ...users, ...barred }, words: () => "city=Vigo" },
  link: { where: "private", who: chats },
  unlink: { where: "private", who: everyone },
  give: { where: "hidden", who: givers },
  "give <amount>": { where: "hidden", who: starters, words: () => "5" },
  "give <pause>": { where: "hidden", who: stoppers, words: () => "pause" },
  "give <stop>": { where: "hidden", who: everyone, words: () => "stop" },
  settings: { where: "anywhere", who: everyone },
  "settings <change>": { where: "anywhere", who: chats, words: () => "es" },
  "settings <tell>": { where: "anywhere", who: users, words: () => "tell=nowhere" },
  export: { where: "hidden", who: chats },
  delete: { where: "hidden", who: chats },
  pending: deciding,
  approve: { ...deciding, words: () => "Wanda" },
  "approve <all>": { ...deciding, words: () => "all" },
  reject: { ...deciding, words: () => "Wanda" },
  "reject <reason>": { ...deciding, words: () => "Wanda too short" },
  role: { where: "hidden", isDeciders: true, who: admins, words: () => "other moderator" },
  "role <status>": { where: "hidden", isDeciders: true, who: admins, words: () => "other suspend" },
  org: { where: "anywhere", who: admins },
  "org <mirror>": { where: "anywhere", who: admins, words: () => "mirror off frutero" },
  "org <change>": { where: "anywhere", who: admins, words: () => "change frutero city=Vigo" },
  sync: { where: "anywhere", who: admins },
  // A channel's posts are nobody's: the answer says how to do it in private.
  channel: { where: "anywhere", who: { ...admins, bot: "done" }, words: () => "all" },
  impact: { where: "anywhere", who: members, words: () => "community" },
  "impact <me>": { where: "hidden", who: users, words: () => "me" },
  "impact <weeks>": { where: "hidden", who: users, words: () => "me 8" },
  "impact <charity>": { where: "anywhere", who: members, words: () => "charity Soup" },
  distribution: { where: "hidden", isDeciders: true, who: admins },
  "distribution <run>": { where: "hidden", isDeciders: true, who: admins, words: () => "run" },
  charities: { where: "anywhere", who: members, words: () => "Bogotá" },
  "charities <map>": { where: "anywhere", who: members, words: () => "map" },
  charity: { where: "anywhere", who: admins },
  "charity <show>": { where: "anywhere", who: admins, words: () => "show Bread" },
  "charity <form>": { where: "hidden", who: admins, words: () => "add" },
  "charity <add>": {
    where: "anywhere",
    who: admins,
    words: () => "add Beds city=Vigo kind=housing description=Sleeps.",
  },
  "charity <approve>": { where: "anywhere", who: admins, words: () => "approve Bread" },
  "charity <reject>": { where: "anywhere", who: admins, words: () => "reject Bread too early" },
  "charity <edit>": { where: "anywhere", who: admins, words: () => "edit Bread city=Lugo" },
  "charity <place>": { where: "anywhere", who: admins, words: () => "place Bread 42 -8" },
  // What is needed members may read; what is done with it is for admins.
  needs: { where: "anywhere", who: members },
  "needs <set>": { where: "anywhere", who: admins, words: () => "set Soup urgency=9" },
  "needs <source>": { where: "anywhere", who: admins, words: () => "source" },
  deliveries: { where: "anywhere", who: admins },
  "deliveries <retry>": { where: "anywhere", who: admins, words: () => "1" },
};

const week = weekStart(begin).toString(36);
const running = { where: "hidden", isDeciders: true, who: admins } as const;
const application =
  (wish: string, more = ""): Wanted =>
  ({ applicationId }) =>
    `apply|${wish}|${applicationId}${more}`;
const cards = { where: "anywhere", who: moderators } as const;
const charityPress =
  (press: string): Wanted =>
  ({ charityId }) =>
    `${press}|${charityId}`;
const rsvp =
  (wish: string): Wanted =>
  ({ eventId }) =>
    `rsvp|${wish}|${eventId}`;
const waitingPress =
  (press: string, more = ""): Wanted =>
  ({ waitingId }) =>
    `${press}|${waitingId}${more}`;

/** By what a button carries; in angle brackets what stands there then. */
export const pressTable: Record<string, Row> = {
  "apply|approve|<id>": { ...cards, words: application("approve") },
  "apply|take|<id>": { ...cards, words: application("take") },
  "apply|why|<id>": { ...cards, words: application("why") },
  "apply|no|<id>": { ...cards, words: application("no") },
  "apply|no|<id>|unclear": { ...cards, words: application("no", "|unclear") },
  // An empty form is nothing; what is filled in is checked.
  "apply|words|<id>": { where: "anywhere", who: everyone, words: application("words") },
  "apply|ask": cards,
  "apply|all|<until>": { ...cards, words: () => `apply|all|${begin.toString(36)}` },
  "apply|none": { where: "anywhere", who: everyone },
  "calendar|mine": { where: "private", who: comers },
  "calendar|new|1": { where: "private", who: comers },
  "charities|cities": { where: "anywhere", who: members },
  "charities|city|<id>": { where: "anywhere", who: members, words: charityPress("charities|city") },
  "charities|map": { where: "anywhere", who: members },
  "charities|page|<id>": { where: "anywhere", who: members, words: charityPress("charities|page") },
  "charities|show|<id>": { where: "anywhere", who: members, words: charityPress("charities|show") },
  // Five questions are asked in private, or in a dialog.
  "charity|add": { where: "hidden", who: admins },
  "charity|form|charity": { where: "hidden", who: admins },
  "charity|edit|<id>": { where: "hidden", who: admins, words: waitingPress("charity|edit") },
  "charity|words|<id>": { where: "anywhere", who: everyone, words: waitingPress("charity|words") },
  "charity|approve|<id>": {
    where: "anywhere",
    who: admins,
    words: waitingPress("charity|approve"),
  },
  "charity|take|<id>": { where: "anywhere", who: admins, words: waitingPress("charity|take") },
  "charity|why|<id>": {
    where: "anywhere",
    // Whoever may not see it is told that there is none.
    who: { ...members, ...some("no-such-charity", "member", "moderator") },
    words: waitingPress("charity|why"),
  },
  "charity|no|<id>|1": { where: "anywhere", who: admins, words: waitingPress("charity|no", "|1") },
  "charity|show|<id>": {
    where: "anywhere",
    who: { ...members, ...some("no-such-charity", "member", "moderator") },
    words: waitingPress("charity|show"),
  },
  delete: { where: "hidden", who: chats },
  "delete|yes": { where: "hidden", who: chats },
  "delete|no": { where: "hidden", who: everyone },
  "dialog|cancel": { where: "anywhere", who: chats },
  "dialog|skip": { where: "anywhere", who: chats },
  "distribution|ask|<week>": { ...running, words: () => `distribution|ask|${week}` },
  "distribution|no": { where: "hidden", isDeciders: true, who: everyone },
  "distribution|preview|<week>": { ...running, words: () => `distribution|preview|${week}` },
  "distribution|run|<week>": { ...running, words: () => `distribution|run|${week}` },
  "distribution|table|<week>": { ...running, words: () => `distribution|table|${week}` },
  events: { where: "anywhere", who: everyone },
  "event|<id>": { where: "anywhere", who: everyone, words: ({ eventId }) => `event|${eventId}` },
  export: { where: "hidden", who: chats },
  "file|<id>": { where: "anywhere", who: everyone, words: ({ eventId }) => `file|${eventId}` },
  give: { where: "hidden", who: givers },
  "give|500": { where: "hidden", who: starters },
  "give|change": { where: "hidden", who: everyone },
  "give|in|500": { where: "hidden", who: everyone },
  "give|in|500|vigo": { where: "hidden", who: givers },
  "give|pause": { where: "hidden", who: stoppers },
  "give|resume": {
    where: "hidden",
    who: { ...starters, ...some("no-gift", "member", "moderator", "admin") },
  },
  "give|stop": { where: "hidden", who: everyone },
  "give|stop|yes": { where: "hidden", who: stoppers },
  impact: { where: "hidden", who: users },
  "impact|me|<week>": { where: "hidden", who: users, words: () => `impact|me|${week}` },
  "impact|weeks": { where: "hidden", who: users },
  "impact|map|<week>": { where: "hidden", who: users, words: () => `impact|map|${week}` },
  "impact|all|<week>": { where: "anywhere", who: members, words: () => `impact|all|${week}` },
  "impact|all-weeks": { where: "anywhere", who: members },
  "impact|all-map|<week>": {
    where: "anywhere",
    who: members,
    words: () => `impact|all-map|${week}`,
  },
  "impact|charity|<id>": {
    where: "anywhere",
    who: members,
    words: ({ charityId }) => `impact|charity|${charityId}`,
  },
  join: { where: "hidden", who: newcomers },
  "join|withdraw": { where: "hidden", who: applicants },
  link: { where: "private", who: chats },
  "link|<mark>|<signer>": {
    where: "private",
    who: chats,
    words: async (_world, asker, platform) => {
      const { mark, signer } = await buttonOf(asker, platform);
      return `link|${mark}|${signer}`;
    },
  },
  "needs|off": { where: "anywhere", who: admins },
  "needs|read": { where: "anywhere", who: admins },
  "org|<id>": { where: "anywhere", who: admins, words: ({ orgId }) => `org|${orgId}` },
  profile: { where: "hidden", who: users },
  "profile|visibility|private": { where: "hidden", who: { ...users, ...barred } },
  "retry|<id>": {
    where: "anywhere",
    who: admins,
    words: ({ deliveryId }) => `retry|${deliveryId}`,
  },
  "queue|close|<event>": {
    where: "anywhere",
    who: moderators,
    words: ({ eventId }) => `queue|close|${eventId}`,
  },
  "queue|coming|<event>": {
    where: "anywhere",
    who: uncalled,
    words: ({ eventId }) => `queue|coming|${eventId}`,
  },
  "queue|done|<place>|<call>": { ...deciding, words: ({ calledId }) => `queue|done|${calledId}|1` },
  "queue|done|<event>": { ...deciding, words: ({ eventId }) => `queue|done|${eventId}` },
  "queue|here|<place>|<call>": { ...deciding, words: ({ calledId }) => `queue|here|${calledId}|1` },
  "queue|home|<event>": {
    where: "anywhere",
    who: moderators,
    words: ({ eventId }) => `queue|home|${eventId}`,
  },
  "queue|join|<event>": {
    where: "anywhere",
    who: members,
    words: ({ eventId }) => `queue|join|${eventId}`,
  },
  "queue|leave|<event>": {
    where: "anywhere",
    who: lineless,
    words: ({ eventId }) => `queue|leave|${eventId}`,
  },
  "queue|line|<event>": { ...deciding, words: ({ eventId }) => `queue|line|${eventId}` },
  "queue|next|<event>": { ...deciding, words: ({ eventId }) => `queue|next|${eventId}` },
  "queue|noshow|<place>|<call>": {
    ...deciding,
    words: ({ calledId }) => `queue|noshow|${calledId}|1`,
  },
  "queue|open|<event>": {
    where: "anywhere",
    who: moderators,
    words: ({ eventId }) => `queue|open|${eventId}`,
  },
  "queue|out|<place>": { ...deciding, words: ({ placeId }) => `queue|out|${placeId}` },
  "queue|remove|<event>": { ...deciding, words: ({ eventId }) => `queue|remove|${eventId}` },
  "queue|status": { where: "anywhere", who: users },
  reminder: { where: "hidden", who: chats },
  "reminder|<id>|60|on": {
    where: "anywhere",
    who: comers,
    words: ({ eventId }) => `reminder|${eventId}|60|on`,
  },
  "reminder|<id>|60|off": {
    where: "anywhere",
    who: chats,
    words: ({ eventId }) => `reminder|${eventId}|60|off`,
  },
  "rsvp|yes|<id>": { where: "anywhere", who: comers, words: rsvp("yes") },
  "rsvp|plus|<id>": { where: "anywhere", who: comers, words: rsvp("plus") },
  "rsvp|maybe|<id>": { where: "anywhere", who: comers, words: rsvp("maybe") },
  "rsvp|no|<id>": { where: "anywhere", who: chats, words: rsvp("no") },
  "rsvp|show|<id>": { where: "anywhere", who: everyone, words: rsvp("show") },
  "rsvp|mine": { where: "hidden", who: chats },
  // Moderators may see who somebody is; what they are is for admins to change.
  "role|<id>": {
    ...deciding,
    words: ({ other }) => `role|${other}`,
  },
  "role|<id>|moderator": {
    ...deciding,
    who: { ...moderators, moderator: "admins-only" },
    words: ({ other }) => `role|${other}|moderator`,
  },
  "role|<id>|moderator|yes": {
    ...deciding,
    who: { ...moderators, moderator: "admins-only" },
    words: ({ other }) => `role|${other}|moderator|yes`,
  },
  "settings|about|standing": { where: "anywhere", who: users },
  "settings|es": { where: "anywhere", who: chats },
  "settings|show": { where: "anywhere", who: everyone },
  "settings|tell|discord": { where: "anywhere", who: users },
  "sync|<id>": { where: "anywhere", who: admins, words: ({ orgId }) => `sync|${orgId}` },
  "unlink|yes": { where: "private", who: { ...users, ...barred } },
  "unlink|no": { where: "private", who: everyone },
};

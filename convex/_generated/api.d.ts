/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import type * as announcements from "../announcements.js";
import type * as applications from "../applications.js";
import type * as auth from "../auth.js";
import type * as callers from "../callers.js";
import type * as channels from "../channels.js";
import type * as chatAccounts from "../chatAccounts.js";
import type * as clock from "../clock.js";
import type * as crons from "../crons.js";
import type * as deliveries from "../deliveries.js";
import type * as dialogs from "../dialogs.js";
import type * as events_lumaClient from "../events/lumaClient.js";
import type * as events_mutations from "../events/mutations.js";
import type * as events_queries from "../events/queries.js";
import type * as events_sync from "../events/sync.js";
import type * as external_environment from "../external/environment.js";
import type * as external_identityProviders from "../external/identityProviders.js";
import type * as external_luma_answer from "../external/luma/answer.js";
import type * as external_luma_assemble from "../external/luma/assemble.js";
import type * as external_luma_calendarUrl from "../external/luma/calendarUrl.js";
import type * as external_luma_clean from "../external/luma/clean.js";
import type * as external_luma_compact from "../external/luma/compact.js";
import type * as external_luma_coordinates from "../external/luma/coordinates.js";
import type * as external_luma_entities from "../external/luma/entities.js";
import type * as external_luma_fetchLumaPage from "../external/luma/fetchLumaPage.js";
import type * as external_luma_hosts from "../external/luma/hosts.js";
import type * as external_luma_icsEvent from "../external/luma/icsEvent.js";
import type * as external_luma_icsLines from "../external/luma/icsLines.js";
import type * as external_luma_icsTime from "../external/luma/icsTime.js";
import type * as external_luma_identity from "../external/luma/identity.js";
import type * as external_luma_jsonEvent from "../external/luma/jsonEvent.js";
import type * as external_luma_jsonPlace from "../external/luma/jsonPlace.js";
import type * as external_luma_ldNodes from "../external/luma/ldNodes.js";
import type * as external_luma_ldPlace from "../external/luma/ldPlace.js";
import type * as external_luma_ldText from "../external/luma/ldText.js";
import type * as external_luma_lenient from "../external/luma/lenient.js";
import type * as external_luma_links from "../external/luma/links.js";
import type * as external_luma_listing from "../external/luma/listing.js";
import type * as external_luma_mergeEvents from "../external/luma/mergeEvents.js";
import type * as external_luma_nextCursor from "../external/luma/nextCursor.js";
import type * as external_luma_nextData from "../external/luma/nextData.js";
import type * as external_luma_parseApi from "../external/luma/parseApi.js";
import type * as external_luma_parseIcs from "../external/luma/parseIcs.js";
import type * as external_luma_parseItems from "../external/luma/parseItems.js";
import type * as external_luma_parseLd from "../external/luma/parseLd.js";
import type * as external_luma_parsePage from "../external/luma/parsePage.js";
import type * as external_luma_readBody from "../external/luma/readBody.js";
import type * as external_luma_request from "../external/luma/request.js";
import type * as external_luma_retryAfter from "../external/luma/retryAfter.js";
import type * as external_luma_safeJson from "../external/luma/safeJson.js";
import type * as external_luma_scanHtml from "../external/luma/scanHtml.js";
import type * as external_luma_slug from "../external/luma/slug.js";
import type * as external_luma_sources from "../external/luma/sources.js";
import type * as external_luma_timeLimit from "../external/luma/timeLimit.js";
import type * as external_luma_times from "../external/luma/times.js";
import type * as external_luma_types from "../external/luma/types.js";
import type * as external_luma_webhook from "../external/luma/webhook.js";
import type * as external_luma_zone from "../external/luma/zone.js";
import type * as external_privy from "../external/privy.js";
import type * as functions from "../functions.js";
import type * as http from "../http.js";
import type * as linking from "../linking.js";
import type * as links from "../links.js";
import type * as memberRoles from "../memberRoles.js";
import type * as model_accountStatus from "../model/accountStatus.js";
import type * as model_agenda from "../model/agenda.js";
import type * as model_announcements from "../model/announcements.js";
import type * as model_applications from "../model/applications.js";
import type * as model_audit from "../model/audit.js";
import type * as model_bounded from "../model/bounded.js";
import type * as model_caller from "../model/caller.js";
import type * as model_cards from "../model/cards.js";
import type * as model_channels from "../model/channels.js";
import type * as model_chatAccounts from "../model/chatAccounts.js";
import type * as model_checkContent from "../model/checkContent.js";
import type * as model_claims from "../model/claims.js";
import type * as model_clock from "../model/clock.js";
import type * as model_configured from "../model/configured.js";
import type * as model_content from "../model/content.js";
import type * as model_corrections from "../model/corrections.js";
import type * as model_deletion from "../model/deletion.js";
import type * as model_dialogs from "../model/dialogs.js";
import type * as model_eventViews from "../model/eventViews.js";
import type * as model_exporting from "../model/exporting.js";
import type * as model_fields from "../model/fields.js";
import type * as model_finishSync from "../model/finishSync.js";
import type * as model_fromLuma from "../model/fromLuma.js";
import type * as model_joinRequests from "../model/joinRequests.js";
import type * as model_ledger from "../model/ledger.js";
import type * as model_ledgerViews from "../model/ledgerViews.js";
import type * as model_limits from "../model/limits.js";
import type * as model_linkCodes from "../model/linkCodes.js";
import type * as model_linking from "../model/linking.js";
import type * as model_listings from "../model/listings.js";
import type * as model_lookup from "../model/lookup.js";
import type * as model_lumaValidators from "../model/lumaValidators.js";
import type * as model_memberRoles from "../model/memberRoles.js";
import type * as model_merge from "../model/merge.js";
import type * as model_mergeProfiles from "../model/mergeProfiles.js";
import type * as model_named from "../model/named.js";
import type * as model_notices from "../model/notices.js";
import type * as model_openEvents from "../model/openEvents.js";
import type * as model_organizations from "../model/organizations.js";
import type * as model_ownView from "../model/ownView.js";
import type * as model_people from "../model/people.js";
import type * as model_privyPerson from "../model/privyPerson.js";
import type * as model_profileLinks from "../model/profileLinks.js";
import type * as model_profileViews from "../model/profileViews.js";
import type * as model_receipts from "../model/receipts.js";
import type * as model_refusal from "../model/refusal.js";
import type * as model_reminders from "../model/reminders.js";
import type * as model_repeatable from "../model/repeatable.js";
import type * as model_secrets from "../model/secrets.js";
import type * as model_settlements from "../model/settlements.js";
import type * as model_subjects from "../model/subjects.js";
import type * as model_syncState from "../model/syncState.js";
import type * as model_told from "../model/told.js";
import type * as model_unlinking from "../model/unlinking.js";
import type * as model_upsert from "../model/upsert.js";
import type * as model_userFor from "../model/userFor.js";
import type * as model_users from "../model/users.js";
import type * as organizations from "../organizations.js";
import type * as preferences from "../preferences.js";
import type * as profiles from "../profiles.js";
import type * as routes_calendar from "../routes/calendar.js";
import type * as routes_lumaKey from "../routes/lumaKey.js";
import type * as routes_lumaWebhook from "../routes/lumaWebhook.js";
import type * as routes_path from "../routes/path.js";
import type * as sweep from "../sweep.js";
import type * as users from "../users.js";

/**
 * A utility for referencing Convex functions in your app's API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
declare const fullApi: ApiFromModules<{
  announcements: typeof announcements;
  applications: typeof applications;
  auth: typeof auth;
  callers: typeof callers;
  channels: typeof channels;
  chatAccounts: typeof chatAccounts;
  clock: typeof clock;
  crons: typeof crons;
  deliveries: typeof deliveries;
  dialogs: typeof dialogs;
  "events/lumaClient": typeof events_lumaClient;
  "events/mutations": typeof events_mutations;
  "events/queries": typeof events_queries;
  "events/sync": typeof events_sync;
  "external/environment": typeof external_environment;
  "external/identityProviders": typeof external_identityProviders;
  "external/luma/answer": typeof external_luma_answer;
  "external/luma/assemble": typeof external_luma_assemble;
  "external/luma/calendarUrl": typeof external_luma_calendarUrl;
  "external/luma/clean": typeof external_luma_clean;
  "external/luma/compact": typeof external_luma_compact;
  "external/luma/coordinates": typeof external_luma_coordinates;
  "external/luma/entities": typeof external_luma_entities;
  "external/luma/fetchLumaPage": typeof external_luma_fetchLumaPage;
  "external/luma/hosts": typeof external_luma_hosts;
  "external/luma/icsEvent": typeof external_luma_icsEvent;
  "external/luma/icsLines": typeof external_luma_icsLines;
  "external/luma/icsTime": typeof external_luma_icsTime;
  "external/luma/identity": typeof external_luma_identity;
  "external/luma/jsonEvent": typeof external_luma_jsonEvent;
  "external/luma/jsonPlace": typeof external_luma_jsonPlace;
  "external/luma/ldNodes": typeof external_luma_ldNodes;
  "external/luma/ldPlace": typeof external_luma_ldPlace;
  "external/luma/ldText": typeof external_luma_ldText;
  "external/luma/lenient": typeof external_luma_lenient;
  "external/luma/links": typeof external_luma_links;
  "external/luma/listing": typeof external_luma_listing;
  "external/luma/mergeEvents": typeof external_luma_mergeEvents;
  "external/luma/nextCursor": typeof external_luma_nextCursor;
  "external/luma/nextData": typeof external_luma_nextData;
  "external/luma/parseApi": typeof external_luma_parseApi;
  "external/luma/parseIcs": typeof external_luma_parseIcs;
  "external/luma/parseItems": typeof external_luma_parseItems;
  "external/luma/parseLd": typeof external_luma_parseLd;
  "external/luma/parsePage": typeof external_luma_parsePage;
  "external/luma/readBody": typeof external_luma_readBody;
  "external/luma/request": typeof external_luma_request;
  "external/luma/retryAfter": typeof external_luma_retryAfter;
  "external/luma/safeJson": typeof external_luma_safeJson;
  "external/luma/scanHtml": typeof external_luma_scanHtml;
  "external/luma/slug": typeof external_luma_slug;
  "external/luma/sources": typeof external_luma_sources;
  "external/luma/timeLimit": typeof external_luma_timeLimit;
  "external/luma/times": typeof external_luma_times;
  "external/luma/types": typeof external_luma_types;
  "external/luma/webhook": typeof external_luma_webhook;
  "external/luma/zone": typeof external_luma_zone;
  "external/privy": typeof external_privy;
  functions: typeof functions;
  http: typeof http;
  linking: typeof linking;
  links: typeof links;
  memberRoles: typeof memberRoles;
  "model/accountStatus": typeof model_accountStatus;
  "model/agenda": typeof model_agenda;
  "model/announcements": typeof model_announcements;
  "model/applications": typeof model_applications;
  "model/audit": typeof model_audit;
  "model/bounded": typeof model_bounded;
  "model/caller": typeof model_caller;
  "model/cards": typeof model_cards;
  "model/channels": typeof model_channels;
  "model/chatAccounts": typeof model_chatAccounts;
  "model/checkContent": typeof model_checkContent;
  "model/claims": typeof model_claims;
  "model/clock": typeof model_clock;
  "model/configured": typeof model_configured;
  "model/content": typeof model_content;
  "model/corrections": typeof model_corrections;
  "model/deletion": typeof model_deletion;
  "model/dialogs": typeof model_dialogs;
  "model/eventViews": typeof model_eventViews;
  "model/exporting": typeof model_exporting;
  "model/fields": typeof model_fields;
  "model/finishSync": typeof model_finishSync;
  "model/fromLuma": typeof model_fromLuma;
  "model/joinRequests": typeof model_joinRequests;
  "model/ledger": typeof model_ledger;
  "model/ledgerViews": typeof model_ledgerViews;
  "model/limits": typeof model_limits;
  "model/linkCodes": typeof model_linkCodes;
  "model/linking": typeof model_linking;
  "model/listings": typeof model_listings;
  "model/lookup": typeof model_lookup;
  "model/lumaValidators": typeof model_lumaValidators;
  "model/memberRoles": typeof model_memberRoles;
  "model/merge": typeof model_merge;
  "model/mergeProfiles": typeof model_mergeProfiles;
  "model/named": typeof model_named;
  "model/notices": typeof model_notices;
  "model/openEvents": typeof model_openEvents;
  "model/organizations": typeof model_organizations;
  "model/ownView": typeof model_ownView;
  "model/people": typeof model_people;
  "model/privyPerson": typeof model_privyPerson;
  "model/profileLinks": typeof model_profileLinks;
  "model/profileViews": typeof model_profileViews;
  "model/receipts": typeof model_receipts;
  "model/refusal": typeof model_refusal;
  "model/reminders": typeof model_reminders;
  "model/repeatable": typeof model_repeatable;
  "model/secrets": typeof model_secrets;
  "model/settlements": typeof model_settlements;
  "model/subjects": typeof model_subjects;
  "model/syncState": typeof model_syncState;
  "model/told": typeof model_told;
  "model/unlinking": typeof model_unlinking;
  "model/upsert": typeof model_upsert;
  "model/userFor": typeof model_userFor;
  "model/users": typeof model_users;
  organizations: typeof organizations;
  preferences: typeof preferences;
  profiles: typeof profiles;
  "routes/calendar": typeof routes_calendar;
  "routes/lumaKey": typeof routes_lumaKey;
  "routes/lumaWebhook": typeof routes_lumaWebhook;
  "routes/path": typeof routes_path;
  sweep: typeof sweep;
  users: typeof users;
}>;
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

import { type CalendarEvent, calendarFile } from "../../shared/calendar.ts";
import { hashOf } from "../../shared/linkCode.ts";
import { api, internal } from "../_generated/api.js";
import { encryptionKeys } from "../external/environment.ts";
import { httpAction } from "../_generated/server.js";
import { pathAfter } from "./page.ts";
import { feedIn, isSealed } from "../model/events/calendarLinks.ts";

const hourMs = 60 * 60 * 1000;

/**
 * `GET /calendars/<slug>.ics`: an organization's upcoming events and those that were cancelled lately;
 * `/calendars/all.ics`: those of all. The format is iCalendar (RFC 5545).
 */
export const feed = httpAction(async (ctx, request) => {
  const name = pathAfter("/calendars/", request);
  const slug = name.endsWith(".ics") ? name.slice(0, -".ics".length) : "";
  const org = slug === "all" ? null : await ctx.runQuery(internal.organizations.bySlug, { slug });
  if (slug !== "all" && !org) return new Response("There is no such calendar.", { status: 404 });
  const ofOrg = org ? { orgId: org._id } : {};
  const now = Date.now();
  // By the hour, so that requests of the same hour are one cached query.
  const hour = Math.floor(now / hourMs) * hourMs;
  const [upcoming, cancelled] = await Promise.all([
    ctx.runQuery(api.events.queries.upcoming, ofOrg),
    ctx.runQuery(internal.feeds.cancelled, { ...ofOrg, now: hour }),
  ]);
  const events = [...upcoming, ...cancelled];
  return await answer(request, org?.name ?? "Plaza", events, now, "public, max-age=900");
});

/**
 * `GET /calendars/mine/<token>.ics`: the events of one person's RSVPs. The token is a secret: it is
 * verified here and not passed on to anything that could log it.
 */
export const ownFeed = httpAction(async (ctx, request) => {
  const name = pathAfter("/calendars/mine/", request);
  const token = name.endsWith(".ics") ? name.slice(0, -".ics".length) : "";
  // Not 404, after which some calendar programs drop a subscription.
  if ("malformedEntry" in encryptionKeys())
    return new Response("This calendar cannot be read now.", {
      status: 503,
      headers: { "Retry-After": "3600" },
    });
  const feed = await ctx.runQuery(internal.feeds.sealOf, { feedId: feedIn(token) });
  if (!feed || !(await isSealed(token, feed)))
    return new Response("There is no such calendar.", { status: 404 });
  const now = Date.now();
  const events = await ctx.runQuery(internal.feeds.events, { feedId: feed.feedId, now });
  return await answer(request, "Plaza", events, now, "private, max-age=300");
});

/** The file, or 304 where the reader has it already (RFC 9110, 13.1.2). */
async function answer(
  request: Request,
  name: string,
  events: CalendarEvent[],
  now: number,
  cacheControl: string,
): Promise<Response> {
  const file = calendarFile(name, events, now);
  const tag = `"${(await hashOf(file)).slice(0, 32)}"`;
  const headers = { ETag: tag, "Cache-Control": cacheControl };
  if (isKnown(tag, request.headers.get("If-None-Match")))
    return new Response(null, { status: 304, headers });
  return new Response(file, {
    headers: { ...headers, "Content-Type": "text/calendar; charset=utf-8" },
  });
}

/** Whether a tag is among those of `If-None-Match`; weak ones match too (RFC 9110, 8.8.3.2). */
function isKnown(tag: string, header: string | null): boolean {
  const tags = (header ?? "").slice(0, 2000).split(",");
  return tags
    .map((one) => one.trim().replace(/^W\//, ""))
    .some((one) => one === tag || one === "*");
}

import { calendarFile } from "../../shared/calendar.ts";
import { api, internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { pathAfter } from "./page.ts";
import { feedIn, isSealed } from "../model/events/feeds.ts";

/**
 * `GET /calendars/<slug>.ics`: an organization's upcoming events; `/calendars/all.ics`: those of
 * all. The format is iCalendar (RFC 5545).
 */
export const feed = httpAction(async (ctx, request) => {
  const name = pathAfter("/calendars/", request);
  const slug = name.endsWith(".ics") ? name.slice(0, -".ics".length) : "";
  const org = slug === "all" ? null : await ctx.runQuery(internal.organizations.bySlug, { slug });
  if (slug !== "all" && !org) return new Response("There is no such calendar.", { status: 404 });
  const events = await ctx.runQuery(api.events.queries.upcoming, org ? { orgId: org._id } : {});
  return new Response(calendarFile(org?.name ?? "Plaza", events, Date.now()), {
    headers: {
      "Content-Type": "text/calendar; charset=utf-8",
      "Cache-Control": "public, max-age=900",
    },
  });
});

/**
 * `GET /calendars/mine/<token>.ics`: the events of one person's RSVPs. The token is a secret: it is
 * verified here and not passed on to anything that could log it.
 */
export const ownFeed = httpAction(async (ctx, request) => {
  const name = pathAfter("/calendars/mine/", request);
  const token = name.endsWith(".ics") ? name.slice(0, -".ics".length) : "";
  const feed = await ctx.runQuery(internal.feeds.sealOf, { feedId: feedIn(token) });
  if (!feed || !(await isSealed(token, feed)))
    return new Response("There is no such calendar.", { status: 404 });
  const now = Date.now();
  const events = await ctx.runQuery(internal.feeds.events, { feedId: feed.feedId, now });
  return new Response(calendarFile("Plaza", events, now), {
    headers: {
      "Content-Type": "text/calendar; charset=utf-8",
      "Cache-Control": "private, max-age=300",
    },
  });
});

import { calendarFile } from "../../shared/calendar.ts";
import { internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { feedIn, isSealed } from "../model/events/feeds.ts";
import { pathAfter } from "./path.ts";

/**
 * `GET /calendars/mine/<token>.ics`: what somebody goes to. The token is a secret: it is checked here
 * and handed on to nothing that could write it down.
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

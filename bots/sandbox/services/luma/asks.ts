/** What a request asks for: the same four things, whether from memory or from saved files. */
export type Ask =
  | { for: "page"; slug: string }
  | { for: "redirect"; slug: string }
  | { for: "items" | "ics"; calendarId: string }
  | { for: "api" | "legacyApi"; key: string };

/** Paths are `/<real host>/<real path>`; anything else is undefined. */
export function readAsk(url: URL, key: string | undefined): Ask | undefined {
  const [, host, ...rest] = url.pathname.split("/");
  const path = rest.join("/").replace(/\/$/, "");
  switch (`${host}/${path}`) {
    case "api2.luma.com/calendar/get-items":
      return { for: "items", calendarId: url.searchParams.get("calendar_api_id") ?? "" };
    case "api.lu.ma/ics/get":
      return { for: "ics", calendarId: url.searchParams.get("id") ?? "" };
    case "public-api.luma.com/v1/calendars/events/list":
      return { for: "api", key: key ?? "" };
    case "public-api.luma.com/v1/calendar/list-events":
      return { for: "legacyApi", key: key ?? "" };
  }
  if (!/^[A-Za-z0-9._-]+$/.test(path)) return undefined;
  if (host === "luma.com" || host === "www.luma.com") return { for: "page", slug: path };
  return host === "lu.ma" || host === "www.lu.ma" ? { for: "redirect", slug: path } : undefined;
}

import { variable } from "../external/environment.ts";
import { fetchLumaPage } from "../external/luma/fetchLumaPage.ts";
import type { LumaAnswer, LumaCursor } from "../external/luma/types.ts";
import type { Doc } from "../_generated/dataModel.js";
import { lumaKeyBinding } from "../model/organizations.ts";
import { open } from "../model/secrets.ts";

type Configured = Pick<
  Doc<"organizations">,
  "_id" | "timezone" | "lumaApiKey" | "lumaCalendarId" | "lumaCalendarUrl"
>;

/** Reads one page of an organization's calendar; the encrypted key is decrypted only here. */
export async function fetchLumaEvents(
  org: Configured,
  cursor: LumaCursor | undefined,
  now: number,
): Promise<LumaAnswer> {
  const origin = variable("LUMA_ORIGIN");
  return await fetchLumaPage(
    {
      ...(org.lumaApiKey && { apiKey: open(org.lumaApiKey, lumaKeyBinding(org._id)) }),
      ...(org.lumaCalendarId && { calendarId: org.lumaCalendarId }),
      ...(org.lumaCalendarUrl && { calendarUrl: org.lumaCalendarUrl }),
    },
    cursor,
    { fetch, now, timezone: org.timezone, ...(origin && { origin }) },
  );
}

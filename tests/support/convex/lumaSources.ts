import { vi } from "vitest";
import { serve } from "../luma/serve.ts";
import { makeOrganization, startPlaza } from "./plaza.ts";

/** What a Luma that is written by hand answers; "gone" is 404, "down" is 500. */
export type Answers = {
  items: Record<string, unknown>[] | "gone" | "down";
  ics: string[][] | string;
  page: string;
};

/** A Plaza with one organization, and a Luma whose sources each answer what is set. */
export async function plazaWithSources(luma = "cal-Mix000000000001") {
  const t = startPlaza();
  const answers: Answers = { items: "gone", ics: "gone", page: "gone" };
  const { origin } = await serve(({ path }, response) => {
    const answer = path.startsWith("/api2.") ? answers.items : answerFor(path);
    if (answer === "gone") return response.writeHead(404).end();
    if (answer === "down") return response.writeHead(500).end();
    return response.end(typeof answer === "string" ? answer : JSON.stringify(itemsOf(answer)));
  });
  const answerFor = (path: string) => {
    if (!path.startsWith("/api.lu.ma/")) return answers.page;
    return typeof answers.ics === "string" ? answers.ics : feedOf(...answers.ics);
  };
  vi.stubEnv("LUMA_ORIGIN", origin);
  const orgId = await makeOrganization(t, { luma });
  return { t, orgId, answers };
}

function itemsOf(entries: Record<string, unknown>[]) {
  return { entries, has_more: false };
}

/** A feed of these events, each given as its lines. */
export function feedOf(...events: string[][]): string {
  const lines = events.flatMap((event) => ["BEGIN:VEVENT", ...event, "END:VEVENT"]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

/** "20261105T100000Z". */
export function utcStamp(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
}

/** An event on Luma in the keyless JSON. */
export function jsonEvent(name: string, start: number, more: Record<string, unknown> = {}) {
  return {
    api_id: `calev-${name}`,
    platform: "luma",
    event: {
      api_id: `evt-${name}`,
      name: `Event ${name}`,
      start_at: new Date(start).toISOString(),
      url: name,
      visibility: "public",
      ...more,
    },
  };
}

/** The same event in the feed. */
export function icsEvent(name: string, start: number, more: string[] = []): string[] {
  return [
    `UID:evt-${name}@events.lu.ma`,
    `SUMMARY:Event ${name}`,
    `DTSTART:${utcStamp(start)}`,
    `DESCRIPTION:Get up-to-date information at: https://luma.com/${name}`,
    ...more,
  ];
}

/** An event off Luma in the keyless JSON: it has no "evt-" id. */
export function jsonExternal(name: string, start: number, url: string, place = "Hall 2") {
  return {
    api_id: `calev-${name}`,
    platform: "external",
    event: {
      name: `Event ${name}`,
      start_at: new Date(start).toISOString(),
      duration_interval: "P0Y0M0DT2H0M0S",
      url,
      host: "The neighbours",
      geo_address_info: { type: "manual", address: place, mode: "shown" },
    },
  };
}

/** The same event in the feed: its address stands in LOCATION. */
export function icsExternal(name: string, start: number, url: string): string[] {
  return [
    `UID:calev-${name}@events.lu.ma`,
    `SUMMARY:Event ${name}`,
    `DTSTART:${utcStamp(start)}`,
    `DTEND:${utcStamp(start + 2 * 3_600_000)}`,
    "DESCRIPTION:Find more information on https://luma.com/mix",
    `LOCATION:${url}`,
    "GEO:40.7;-74.0",
  ];
}

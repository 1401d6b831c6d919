import { expect } from "vitest";

import { fetchLumaPage } from "../../../convex/external/luma/fetchLumaPage.ts";
import { readPage } from "../../../convex/external/luma/sources.ts";
import type {
  LumaAnswer,
  LumaConfig,
  LumaCursor,
  LumaPage,
} from "../../../convex/external/luma/types.ts";

export const NOW = Date.UTC(2026, 10, 1);

/** What an organization has configured when it has everything. */
export const ALL: LumaConfig = {
  apiKey: "luma-sandbox-key",
  calendarId: "cal-PlazaSandbox0001",
  calendarUrl: "https://luma.com/plaza",
};
export const ITEMS: LumaConfig = { calendarId: "cal-PlazaSandbox0001" };
export const PAGE: LumaConfig = { calendarUrl: "https://luma.com/plaza" };
export const API: LumaConfig = { apiKey: "luma-sandbox-key" };

export function ask(
  origin: string,
  config: LumaConfig = ALL,
  cursor?: LumaCursor,
): Promise<LumaAnswer> {
  return fetchLumaPage(config, cursor, { fetch, now: NOW, origin });
}

/** The calendar page alone, whatever better source it names. */
export function askPage(origin: string): Promise<LumaAnswer> {
  const deps = { fetch, now: NOW, origin };
  return readPage(new URL("https://luma.com/plaza"), { source: "page" }, deps);
}

export function page(answer: LumaAnswer): LumaPage {
  return answer.kind === "page" ? answer : expect.fail(JSON.stringify(answer));
}

/** Reads a listing to its end. */
export async function askAll(origin: string, config: LumaConfig): Promise<LumaPage[]> {
  const pages: LumaPage[] = [];
  let cursor: LumaCursor | undefined;
  do {
    const answer = page(await ask(origin, config, cursor));
    pages.push(answer);
    cursor = answer.next;
  } while (cursor !== undefined && pages.length < 20);
  return pages;
}

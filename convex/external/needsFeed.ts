import { z } from "zod";
import { jsonOf } from "./boundedFetch.ts";
import { isSafeLink } from "../../shared/messages/sanitize.ts";

// The client of the needs feed that an admin has configured. It returns an array, or `{needs:
// [...]}`, of rows such as
//
//   {"name": "Casa Azul", "city": "Bogotá", "category": "food", "urgencyScore": 80, "fundingGap":
//   120000}
//
// `charityId` can replace name and city. `urgencyScore` is an integer from 0 to 100; `fundingGap`
// is in whole cents; both are numbers, not text.

const words = (maxLength: number) => z.string().trim().min(1).max(maxLength);
const amounts = {
  category: words(40),
  urgencyScore: z.number().int().min(0).max(100),
  fundingGap: z.number().int().min(0).max(1_000_000_000_000),
};
const row = z.union([
  z.object({ charityId: words(64), ...amounts }),
  z.object({ name: words(80), city: words(80), ...amounts }),
]);

/** One need, and the number of its row in the feed, from 1. */
export type FeedRow = z.infer<typeof row> & { number: number };
export type Feed = { rows: FeedRow[]; problems: string[] } | { error: string };

const maxRows = 5000;

/**
 * Reads the feed through `get`, an action that goes to public addresses only. Invalid rows are reported
 * as problems; the others are returned. Never throws.
 */
export async function readFeed(address: string, get: GetText): Promise<Feed> {
  if (!isFeedAddress(address)) return { error: "its address is none that may be read" };
  const read = jsonOf(await get(address));
  return "error" in read ? read : rowsOf(read.json);
}

export type GetText = (url: string) => Promise<{ text: string } | { error: string }>;

/** Parses the rows of an answer, each on its own. */
export function rowsOf(json: unknown): Feed {
  const list = z.array(z.unknown()).safeParse(json);
  const whole = list.success
    ? list
    : z.looseObject({ needs: z.array(z.unknown()) }).safeParse(json);
  if (!whole.success) return { error: "the answer is no list of needs" };
  const all = Array.isArray(whole.data) ? whole.data : whole.data.needs;
  const rows: FeedRow[] = [];
  const problems: string[] = [];
  for (const [index, one] of all.entries()) {
    const number = index + 1;
    const read = row.safeParse(one);
    if (number > maxRows) problems.push(`row ${number}: only ${maxRows} rows are read`);
    else if (read.success) rows.push({ ...read.data, number });
    else problems.push(`row ${number}: ${wrongFields(one)}`);
  }
  return { rows, problems };
}

/** Names the invalid fields, without quoting any of the row's untrusted content. */
function wrongFields(one: unknown): string {
  if (typeof one !== "object" || one === null) return "it is no object";
  const fields = one as Record<string, unknown>;
  const wrong = Object.entries(amounts)
    .filter(([name, shape]) => !shape.safeParse(fields[name]).success)
    .map(([name]) => name);
  return wrong.length > 0 ? `${wrong.join(", ")} is not right` : "it names no charity";
}

/**
 * Whether an address is allowed for the feed: https on the default port, a named host (no IP
 * address) and no credentials.
 */
export function isFeedAddress(text: string): boolean {
  if (text.length > 500 || !isSafeLink(text)) return false;
  const { hostname, port } = new URL(text);
  return port === "" && !/^[\d.]+$/.test(hostname);
}

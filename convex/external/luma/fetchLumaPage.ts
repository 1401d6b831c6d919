import { calendarId, readCalendarUrl } from "./addresses.ts";
import { readApi, readIcs, readItems, readPage } from "./sources.ts";
import type {
  LumaAnswer,
  LumaConfig,
  LumaCursor,
  LumaDeps,
  LumaSource,
  WrongPage,
} from "./types.ts";

type Read = (at: LumaCursor, deps: LumaDeps) => Promise<LumaAnswer>;

/**
 * Reads one page of an organization's Luma listing from the best configured source. The first call
 * has no cursor; the following ones pass the `next` of the answer. After a permanent failure the
 * next best source is tried at once; after any other one the caller retries later.
 */
export async function fetchLumaPage(
  config: LumaConfig,
  cursor: LumaCursor | undefined,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  const sources = configured(config);
  if (cursor !== undefined) return await goOn(sources, cursor, deps);

  const fellBack: { source: LumaSource; reason: string; code?: WrongPage }[] = [];
  for (const [source, read] of sources) {
    const answer = await read({ source }, deps);
    if (answer.kind !== "failed" || !answer.permanent) {
      const best = source === "page" ? await preferCalendar(answer, sources, deps) : answer;
      return best.kind === "page" && fellBack.length > 0 ? { ...best, fellBack } : best;
    }
    const { reason, code } = answer;
    fellBack.push({ source, reason, ...(code && { code }) });
  }
  const reasons = fellBack.map((failure) => failure.reason).join("; ");
  const code = fellBack.at(-1)?.code;
  return {
    kind: "failed",
    ...(code && { code }),
    reason: reasons === "" ? "no usable Luma calendar is configured" : reasons,
    permanent: true,
  };
}

/**
 * Where a page contains its calendar's id, the calendar's sources are preferred: they list all
 * events, the page at most twenty. If they fail, the page's answer is used.
 */
async function preferCalendar(
  answer: LumaAnswer,
  sources: Map<LumaSource, Read>,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  if (answer.kind !== "page" || answer.calendarId === undefined || sources.has("items"))
    return answer;
  const { calendarId: id } = answer;
  for (const [source, read] of [["items", readItems] as const, ["ics", readIcs] as const]) {
    const better = await read(id, { source }, deps);
    if (better.kind === "page") return { ...better, calendarId: id };
  }
  return answer;
}

/**
 * Continues a listing with the source of its first page: two sources cannot be mixed in a listing.
 */
async function goOn(
  sources: Map<LumaSource, Read>,
  cursor: LumaCursor,
  deps: LumaDeps,
): Promise<LumaAnswer> {
  const read = sources.get(cursor.source);
  const answer = await read?.(cursor, deps);
  if (answer === undefined) {
    const reason = "the Luma settings changed while the listing was read";
    return { kind: "failed", reason, permanent: false };
  }
  // The source answered the first page, so its failure is not permanent: the caller starts again.
  return answer.kind === "failed" ? { ...answer, permanent: false } : answer;
}

/** The configured sources, the best one first. */
function configured(config: LumaConfig): Map<LumaSource, Read> {
  const address =
    config.calendarUrl === undefined ? undefined : readCalendarUrl(config.calendarUrl);
  const known = address?.ok === true ? address : undefined;
  const id =
    calendarId(config.calendarId?.trim()) ??
    (known !== undefined && "calendarId" in known ? known.calendarId : undefined);
  const page = known !== undefined && "calendarUrl" in known ? known.calendarUrl : undefined;
  const key = config.apiKey?.trim() ?? "";

  const sources = new Map<LumaSource, Read>();
  if (key !== "") sources.set("api", (at, deps) => readApi(key, at, deps));
  if (id !== undefined) {
    sources.set("items", (at, deps) => readItems(id, at, deps));
    sources.set("ics", (at, deps) => readIcs(id, at, deps));
  }
  if (page !== undefined) sources.set("page", (at, deps) => readPage(new URL(page), at, deps));
  return sources;
}

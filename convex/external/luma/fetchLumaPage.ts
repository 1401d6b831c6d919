import type { LumaAnswer, LumaConfig, LumaCursor, LumaDeps } from "./types.ts";

/** Reads one page of an organization's Luma listing from the best source it has configured. */
export async function fetchLumaPage(
  _config: LumaConfig,
  _cursor: LumaCursor | undefined,
  _deps: LumaDeps,
): Promise<LumaAnswer> {
  return { kind: "failed", reason: "Luma is not connected yet.", permanent: false };
}

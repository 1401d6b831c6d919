const MAX_LINK = 2048;

/** A public https address in its normal form; everything else (javascript:, http:, data:) is no link. */
export function httpsLink(raw: string | undefined): string | undefined {
  return httpsUrl(raw)?.href;
}

/** As `httpsLink`, taken apart. Credentials in an address are a disguise, so they are refused. */
export function httpsUrl(raw: string | undefined): URL | undefined {
  if (raw === undefined || raw.length > MAX_LINK) return undefined;
  const trimmed = raw.trim();
  // URL() quietly drops tabs and line breaks and reads "\" as "/": two spellings of one trick.
  if (/[\s\p{Cc}\\]/u.test(trimmed)) return undefined;
  if (!URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return undefined;
  return url.hostname === "" ? undefined : url;
}

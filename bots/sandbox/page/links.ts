/** Only https opens from a message: whatever else a text calls a link stays text. */
export function safeLink(url: string): string | undefined {
  return url.startsWith("https://") && URL.canParse(url) ? new URL(url).href : undefined;
}

/** A file or picture: from the sandbox itself, or over https. */
export function safeFile(url: string, origin: string): string | undefined {
  if (!URL.canParse(url, origin)) return undefined;
  const address = new URL(url, origin);
  return address.origin === origin || address.protocol === "https:" ? address.href : undefined;
}

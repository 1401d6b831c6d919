// Telegram takes no address without a dot in its host. The world's own pages are on this machine,
// so the emulator lets that one pass.
const LOCAL = /^(localhost|127\.0\.0\.1)$/;

/** What Telegram finds wrong with an address of a link or a button, or nothing. */
export function urlFault(url: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "tg" || scheme === "ton" || scheme === "tonsite") return undefined;
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return "Unsupported URL protocol";
  }
  const full = scheme === undefined ? `http://${url}` : url;
  if (/\s/.test(url) || !URL.canParse(full)) return "Wrong HTTP URL";
  const { hostname } = new URL(full);
  return hostname.includes(".") || LOCAL.test(hostname) ? undefined : "Wrong HTTP URL";
}

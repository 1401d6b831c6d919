import { isSafeLink } from "../../shared/links.ts";

/**
 * Whether needs may be read from an address: https at its usual port, a host with a name, nothing
 * secret in it.
 */
export function isFeedAddress(text: string): boolean {
  if (text.length > 500 || !isSafeLink(text)) return false;
  const { hostname, port } = new URL(text);
  return port === "" && !/^[\d.]+$/.test(hostname);
}

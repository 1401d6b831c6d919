/** Whether a link may be shown to people: https, an ordinary host, no credentials in it. */
export function isSafeLink(link: string): boolean {
  if (link.length > 2000 || !URL.canParse(link)) return false;
  const { protocol, username, password, hostname } = new URL(link);
  return protocol === "https:" && !username && !password && hostname.includes(".");
}

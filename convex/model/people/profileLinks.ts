const sites: Record<string, readonly string[]> = {
  githubUrl: ["github.com"],
  twitterUrl: ["x.com", "twitter.com"],
  linkedinUrl: ["linkedin.com"],
};

/** Whether an address leads where its field says: a stranger's profile is no place for other links. */
export function isProfileLink(field: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password, port } = new URL(address);
  const host = hostname.replace(/^www\./, "");
  const isPlain = username === "" && password === "" && port === "";
  return protocol === "https:" && isPlain && (sites[field] ?? []).includes(host);
}

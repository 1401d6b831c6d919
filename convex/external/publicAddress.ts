// Which IP addresses are on the public internet. What an admin points Plaza at must not be read from
// the network that Convex runs in: a router, a database, a cloud's metadata service.
//
// Source: IANA's registries of special-purpose addresses (RFC 6890 and its updates),
// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry.

const special4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map((range) => {
  const [base = "", bits = ""] = range.split("/");
  return { base: read4(base) ?? 0, size: 2 ** (32 - Number(bits)) };
});

/**
 * Within 2000::/3, what is not global: protocol assignments with Teredo (2001::/23), documentation
 * (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16), which carries IPv4 addresses.
 */
const special6 = [
  { from: [0x2001, 0], to: [0x2001, 0x1ff] },
  { from: [0x2001, 0xdb8], to: [0x2001, 0xdb8] },
  { from: [0x2002, 0], to: [0x2002, 0xffff] },
  { from: [0x3fff, 0], to: [0x3fff, 0xfff] },
] as const;

/**
 * Whether an IP address, as a resolver or a URL's host gives it, is a public one. IPv6 addresses that
 * carry an IPv4 address (mapped, NAT64, 6to4) never are. False for texts that are no address.
 */
export function isPublicAddress(address: string): boolean {
  const four = read4(address);
  if (four !== undefined)
    return special4.every(({ base, size }) => four < base || four >= base + size);
  const [first, second] = read6(address) ?? [];
  if (first === undefined || second === undefined) return false;
  if (first < 0x2000 || first > 0x3fff) return false;
  const place = first * 0x10000 + second;
  return special6.every(
    ({ from, to }) => place < from[0] * 0x10000 + from[1] || place > to[0] * 0x10000 + to[1],
  );
}

/** Whether the host of a URL is an IP address rather than a name. */
export function isAddress(host: string): boolean {
  return read4(host) !== undefined || host.startsWith("[") || host.includes(":");
}

function read4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** The eight groups of an IPv6 address; a URL's host has it in brackets. */
function read6(text: string): number[] | undefined {
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (!bare.includes(":") || !URL.canParse(`http://[${bare}]`)) return undefined;
  // The parser writes it in its one short form (RFC 5952).
  const [head = "", tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after];
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

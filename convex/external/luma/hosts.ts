import { cleanLine } from "./clean.ts";
import { compact } from "./compact.ts";
import { httpsLink } from "./links.ts";
import type { LumaHost } from "./types.ts";

const MAX_HOSTS = 20;

export type HostDraft = {
  name: string | undefined;
  avatarUrl?: string | undefined;
  handle?: string | undefined;
};

/** Hosts in their order. A calendar and its owner often bear one name: once is enough. */
export function readHosts(drafts: HostDraft[]): LumaHost[] | undefined {
  const hosts = new Map<string, LumaHost>();
  for (const draft of drafts) {
    const name = cleanLine(draft.name, 120);
    if (name === undefined) continue;
    const known = hosts.get(name.toLowerCase());
    const host = compact<LumaHost>({
      name: known?.name ?? name,
      avatarUrl: known?.avatarUrl ?? httpsLink(draft.avatarUrl),
      handle: known?.handle ?? readHandle(draft.handle),
    });
    hosts.set(name.toLowerCase(), host);
    if (hosts.size === MAX_HOSTS) break;
  }
  return hosts.size === 0 ? undefined : [...hosts.values()];
}

/** A name on Luma. "usr-..." is an internal id and says nothing to a reader. */
function readHandle(handle: string | undefined): string | undefined {
  const bare = handle?.trim().replace(/^@/, "");
  if (bare === undefined || !/^[A-Za-z0-9_.-]{1,64}$/.test(bare)) return undefined;
  return bare.startsWith("usr-") ? undefined : bare;
}

import { DiscordAPIError, type REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { forgetOldest } from "../bounded.ts";

type Wanted = { guildId: string; role: string; personId: string; isGranted: boolean };
export type Roles = {
  /** Gives or takes a role, named by its id or its name. Doing it twice is doing it once. */
  set(wanted: Wanted): Promise<void>;
};

/** The server has no role of that name. */
export class NoSuchRole extends Error {
  override name = "NoSuchRole";
}

const maxKept = 200;
const unknownRole = 10011;

/** Roles of Discord servers, through the member they belong to: no list of members is needed. */
export function createRoles(rest: REST): Roles {
  const ids = new Map<string, string>();

  const idOf = async (guildId: string, role: string): Promise<string> => {
    if (/^\d{15,25}$/.test(role)) return role;
    const key = keyOf({ guildId, role });
    const known = ids.get(key);
    if (known !== undefined) return known;
    const roles = (await rest.get(Routes.guildRoles(guildId))) as { id: string; name: string }[];
    const plain = role.replace(/^@/, "").toLowerCase();
    const found = roles.find(({ name }) => name.toLowerCase() === plain);
    if (!found) throw new NoSuchRole(`the server has no role called ${role.slice(0, 60)}`);
    ids.set(key, found.id);
    forgetOldest(ids, maxKept);
    return found.id;
  };

  const setOnce = async ({ guildId, role, personId, isGranted }: Wanted) => {
    const route = Routes.guildMemberRole(guildId, personId, await idOf(guildId, role));
    const options = { reason: "Plaza membership" };
    await (isGranted ? rest.put(route, options) : rest.delete(route, options));
  };

  return {
    async set(wanted) {
      const isRemembered = ids.has(keyOf(wanted));
      try {
        await setOnce(wanted);
      } catch (error) {
        const isUnknown = error instanceof DiscordAPIError && error.code === unknownRole;
        if (!isUnknown) throw error;
        // One that was deleted and made anew has another id.
        ids.delete(keyOf(wanted));
        if (!isRemembered) throw error;
        await setOnce(wanted);
      }
    },
  };
}

function keyOf({ guildId, role }: Pick<Wanted, "guildId" | "role">): string {
  return `${guildId} ${role}`;
}

import Fuse from "fuse.js";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { plain } from "../../messages/sanitize.ts";
import type { CommandContext } from "../command.ts";

export type Organization = FunctionReturnType<typeof api.organizations.list>[number];

/** Every organization, from a subscription that the bot holds anyway. */
export async function organizations({
  backend,
}: Pick<CommandContext, "backend">): Promise<Organization[]> {
  return await backend.live(api.organizations.list, {});
}

/** An organization by its name or slug, else the nearest one. */
export function findOrganization(all: Organization[], name: string): Organization | undefined {
  const wanted = plain(name);
  const exact = all.find((org) => org.slug === wanted || plain(org.name) === wanted);
  if (exact || wanted === "") return exact;
  const near = new Fuse(all, { keys: ["name", "slug"], threshold: 0.3, ignoreDiacritics: true });
  return near.search(wanted)[0]?.item;
}

/** Their names as a sentence's list: what to answer to an unknown one. */
export function namesOf(all: Organization[]): string {
  return all
    .slice(0, 20)
    .map((org) => org.slug)
    .join(", ");
}

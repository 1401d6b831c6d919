import Fuse from "fuse.js";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Reply } from "../command.ts";
import { reply } from "../reply.ts";
import { resolve, type Resolved } from "../resolve.ts";

export type Organization = FunctionReturnType<typeof api.organizations.list>[number];

/** Every organization, from a subscription that the bot holds anyway. */
export async function organizations({
  backend,
}: Pick<CommandContext, "backend">): Promise<Organization[]> {
  return await backend.live(api.organizations.list, {});
}

/**
 * The organization that is meant by its name or slug; a name that is only similar is asked about.
 * `actionOf` is the action id of a choice; `none` answers where nothing is similar.
 */
export async function resolveOrganization(
  ctx: Pick<CommandContext, "backend" | "t">,
  typed: string,
  {
    actionOf,
    none,
  }: { actionOf?: (orgId: string) => string; none?: () => Reply | Promise<Reply> } = {},
): Promise<Resolved<Organization>> {
  const all = await organizations(ctx);
  const { t } = ctx;
  return await resolve<Organization>({
    typed,
    find: (name) => similar(all, name),
    isExact: isNameOf,
    isSure: (org, name) => plain(org.name).includes(plain(name)),
    none:
      none ??
      (() => {
        const name = cleanName(typed, 60);
        if (all.length === 0) return say(t("org.none", { example: t("org.none.example") }));
        return say(t("org.unknown", { name, names: namesOf(all) }));
      }),
    which: (found) =>
      reply({
        lines: [[t("org.which", { names: namesOf(found) })]],
        ...(actionOf && {
          buttons: found
            .slice(0, 5)
            .map((org) => [{ label: cleanName(org.name, 60), action: actionOf(org._id) }]),
        }),
      }),
  });
}

function say(text: string): Reply {
  return reply({ lines: [[text]] });
}

function isNameOf({ slug, name }: Organization, typed: string): boolean {
  return slug === plain(typed) || plain(name) === plain(typed);
}

function similar(all: Organization[], typed: string): Organization[] {
  const wanted = plain(typed);
  const named = all.filter((org) => isNameOf(org, wanted) || plain(org.name).includes(wanted));
  if (named.length > 0) return named;
  const options = { keys: ["name", "slug"], threshold: 0.3, ignoreDiacritics: true };
  return new Fuse(all, options).search(wanted).map(({ item }) => item);
}

/** Their names as a sentence's list: what to answer to an unknown one. */
export function namesOf(all: readonly Organization[]): string {
  return all
    .slice(0, 20)
    .map((org) => org.slug)
    .join(", ");
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Choice, Option } from "../command.ts";
import { reply } from "../reply.ts";
import { resolve, type Resolved } from "../resolve.ts";

// Which charity an admin means by what they typed.

export type FoundCharity = FunctionReturnType<typeof api.charities.findAny>[number];

/** The option by which commands take a charity's name. */
export const charityOption: Option = {
  name: "charity",
  describe: "option.charity",
  completes: true,
};

/** Longer names are not looked for among the first words of `/charity reject Casa Azul it closed`. */
const maxNameWords = 8;

/**
 * The charity that an admin means. `withRest`: the words behind its name are something else, such as
 * a reason. `isDecision`: only a whole name is acted upon. `actionOf` is the action id of a choice among several.
 */
export async function resolveCharity(
  { backend, t }: CommandContext,
  typed: string,
  {
    withRest = false,
    isDecision = false,
    actionOf,
  }: { withRest?: boolean; isDecision?: boolean; actionOf: (id: string) => string },
): Promise<Resolved<FoundCharity>> {
  const say = (text: string) => reply({ lines: [[text]] }, { ephemeral: true });
  return await resolve<FoundCharity>({
    typed,
    find: async (who) => await backend.query(api.charities.findAny, { who }),
    isExact,
    // The search also finds names that only share a word with what was typed.
    isSure: isDecision ? isExact : ({ name }, who) => plain(name).includes(plain(who)),
    ...(withRest && { maxNameWords }),
    missing: () => say(t("charity.which-name")),
    none: () => say(t("charity.unknown", { name: cleanName(typed, 60) })),
    which: (near) =>
      reply(
        {
          lines: [[t("charity.which")]],
          buttons: near.map((one) => [{ label: labelOf(one), action: actionOf(one._id) }]),
        },
        { ephemeral: true },
      ),
  });
}

function isExact({ _id, name }: FoundCharity, who: string): boolean {
  return _id === who || plain(name) === plain(who);
}

/** "Casa Azul (Bogotá)" */
function labelOf({ name, city }: Pick<FoundCharity, "name" | "city">): string {
  return `${cleanName(name, 50)} (${cleanName(city, 25)})`;
}

/** Suggestions for a charity's name that is being typed. */
export async function completeCharity(
  { backend }: CommandContext,
  option: string,
  typed: string,
): Promise<Choice[]> {
  if (option !== charityOption.name) return [];
  const found = await backend.query(api.charities.suggest, { typed });
  return found.map((one) => ({ name: labelOf(one), value: one._id }));
}

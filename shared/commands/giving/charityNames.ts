import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Choice, Option } from "../command.ts";
import { reply, type Reply } from "../reply.ts";

// Which charity an admin means by what they wrote.

export type FoundCharity = FunctionReturnType<typeof api.charities.findAny>[number];

/** The option by which commands take a charity's name. */
export const charityOption: Option = {
  name: "charity",
  describe: "option.charity",
  completes: true,
};

/** The longest name that is looked for among first words. */
const maxName = 8;

export type Meant = { charity: FoundCharity; rest: string } | { message: Reply };

/**
 * The charity somebody means. `withRest`: as many first words as are a charity's name are the name,
 * and the rest is something else: "Casa Azul it has closed". `actionOf` is the action id of a choice
 * among several.
 */
export async function meantCharity(
  ctx: CommandContext,
  written: string,
  { withRest = false, actionOf }: { withRest?: boolean; actionOf: (id: string) => string },
): Promise<Meant> {
  const { backend } = ctx;
  const words = written.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { message: say(ctx.t("charity.which-name")) };
  const most = withRest ? Math.min(maxName, words.length) : words.length;
  const least = withRest ? 1 : words.length;
  let near: FoundCharity[] = [];
  for (let count = most; count >= least; count--) {
    const who = words.slice(0, count).join(" ");
    near = await backend.query(api.charities.findAny, { who });
    const exact = near.filter(({ _id, name }) => _id === who || plain(name) === plain(who));
    const [charity, ...others] = exact;
    if (charity && others.length === 0) return { charity, rest: words.slice(count).join(" ") };
    if (others.length > 0) return { message: choose(ctx, exact, actionOf) };
  }
  const [only, ...others] = near;
  if (!only) return { message: say(ctx.t("charity.unknown", { name: cleanName(written, 60) })) };
  // One that a search finds is surely meant only where what was written is a part of its name.
  const typed = plain(words.slice(0, least).join(" "));
  if (others.length > 0 || !plain(only.name).includes(typed))
    return { message: choose(ctx, near, actionOf) };
  return { charity: only, rest: withRest ? words.slice(1).join(" ") : "" };
}

function say(words: string): Reply {
  return reply({ lines: [[words]] }, { ephemeral: true });
}

function choose(
  { t }: CommandContext,
  near: FoundCharity[],
  actionOf: (id: string) => string,
): Reply {
  return reply(
    {
      lines: [[t("charity.which")]],
      buttons: near.map((one) => [{ label: labelOf(one), action: actionOf(one._id) }]),
    },
    { ephemeral: true },
  );
}

/** "Casa Azul (Bogotá)" */
function labelOf({ name, city }: Pick<FoundCharity, "name" | "city">): string {
  return `${cleanName(name, 50)} (${cleanName(city, 25)})`;
}

/** Suggestions while somebody types a charity's name. */
export async function completeCharity(
  { backend }: CommandContext,
  option: string,
  typed: string,
): Promise<Choice[]> {
  if (option !== charityOption.name) return [];
  const found = await backend.query(api.charities.suggest, { typed });
  return found.map((one) => ({ name: labelOf(one), value: one._id }));
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call, Choice, Option } from "./command.ts";

// Which charity an admin means by what they wrote.

export type FoundCharity = FunctionReturnType<typeof api.charities.findAny>[number];

/** The option by which commands take a charity's name. */
export const charityOption: Option = {
  name: "charity",
  aliases: ["organizacion"],
  describe: "option.charity",
  completes: true,
};

/** The longest name that is looked for among first words. */
const longestName = 8;

export type Meant = { charity: FoundCharity; rest: string } | { message: Message };

/**
 * The charity somebody means. `withRest`: as many first words as are a charity's name are the name,
 * and the rest is something else: "Casa Azul it has closed". `press` is what a choice among several
 * does.
 */
export async function meantCharity(
  call: Call,
  written: string,
  { withRest = false, press }: { withRest?: boolean; press: (id: string) => string },
): Promise<Meant> {
  const { plaza } = call;
  const words = written.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { message: say(call.t("charity.which-name")) };
  const most = withRest ? Math.min(longestName, words.length) : words.length;
  const least = withRest ? 1 : words.length;
  let near: FoundCharity[] = [];
  for (let count = most; count >= least; count--) {
    const who = words.slice(0, count).join(" ");
    near = await plaza.query(api.charities.findAny, { who });
    const exact = near.filter(({ _id, name }) => _id === who || plain(name) === plain(who));
    const [charity, ...others] = exact;
    if (charity && others.length === 0) return { charity, rest: words.slice(count).join(" ") };
    if (others.length > 0) return { message: choose(call, exact, press) };
  }
  const [only, ...others] = near;
  if (!only) return { message: say(call.t("charity.unknown", { name: cleanName(written, 60) })) };
  // One that a search finds is surely meant only where what was written is a part of its name.
  const typed = plain(words.slice(0, least).join(" "));
  if (others.length > 0 || !plain(only.name).includes(typed))
    return { message: choose(call, near, press) };
  return { charity: only, rest: withRest ? words.slice(1).join(" ") : "" };
}

function say(words: string): Message {
  return { lines: [[words]], isPrivate: true };
}

function choose({ t }: Call, near: FoundCharity[], press: (id: string) => string): Message {
  return {
    lines: [[t("charity.which")]],
    buttons: near.map((one) => [{ label: labelOf(one), press: press(one._id) }]),
    isPrivate: true,
  };
}

/** "Casa Azul (Bogotá)" */
function labelOf({ name, city }: Pick<FoundCharity, "name" | "city">): string {
  return `${cleanName(name, 50)} (${cleanName(city, 25)})`;
}

/** Suggestions while somebody types a charity's name. */
export async function completeCharity(
  { plaza }: Call,
  option: string,
  typed: string,
): Promise<Choice[]> {
  if (option !== charityOption.name) return [];
  const found = await plaza.query(api.charities.suggest, { typed });
  return found.map((one) => ({ name: labelOf(one), value: one._id }));
}

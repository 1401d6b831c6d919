import Fuse from "fuse.js";
import { api } from "../../../convex/_generated/api.js";
import { titleButton } from "../../messages/event.ts";
import type { Line, Message } from "../../messages/message.ts";
import { formatTime } from "../../time/format.ts";
import { cleanName, cut, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Choice } from "../command.ts";
import { reply } from "../reply.ts";
import { resolve, type Resolved } from "../resolve.ts";
import type { Card } from "./events.ts";

// Which event is meant by what was typed.

const maxOffered = 5;

/** What autocomplete hands back instead of a title, so that two events of one name stay apart. */
const idMark = "id:";

/** The id that autocomplete put there; undefined for a typed name. */
export function idIn(name: string): string | undefined {
  return name.startsWith(idMark) ? name.slice(idMark.length) : undefined;
}

/** The next events, from a live query that the bot holds anyway. */
export async function nextEvents({ backend }: Pick<CommandContext, "backend">): Promise<Card[]> {
  return await backend.live(api.events.queries.upcoming, {});
}

/**
 * The events that a typed name can mean: a title that holds what was typed, soonest first; else a title that is
 * just that among all events, past ones too; else titles that are close to it, accents and slips
 * forgiven; else what the search index finds.
 */
export async function findEvents(ctx: CommandContext, name: string, next: Card[]): Promise<Card[]> {
  const fuse = new Fuse(next, {
    keys: ["title"],
    threshold: 0.35,
    ignoreLocation: true,
    ignoreDiacritics: true,
    includeScore: true,
  });
  const near = fuse.search(name.slice(0, 100));
  const exact = near.filter(({ score = 1 }) => score < 0.01).map(({ item }) => item);
  if (exact.length > 0) return exact;
  const found = await ctx.backend.query(api.events.queries.search, { words: name });
  const named = found.filter((card) => plain(card.title) === plain(name));
  if (named.length > 0) return named;
  return near.length > 0 ? near.map(({ item }) => item) : found;
}

/** Suggestions for an event's name that is being typed. */
export async function completeEvent(ctx: CommandContext, typed: string): Promise<Choice[]> {
  const next = await nextEvents(ctx);
  const found = typed.trim() ? await findEvents(ctx, typed, next) : next;
  return found
    .slice(0, 25)
    .map((card) => ({ name: label(card, ctx), value: `${idMark}${card._id}` }));
}

function label(card: Card, { reader }: CommandContext): string {
  const when = formatTime(card.startDate, "full", reader.timezone, reader.locale);
  return cut(`${cleanName(card.title, 70)} · ${when}`, 100);
}

/** Several events to choose one from; `actionOf` is the action id of one event's button. */
export function whichEvent(
  cards: readonly Card[],
  text: string,
  actionOf: (eventId: string) => string,
): Message {
  const offered = cards.slice(0, maxOffered);
  return {
    lines: [[text]],
    items: offered.map((card): Line => [
      { bold: cleanName(card.title, 120) },
      " · ",
      { time: card.startDate, style: "full" },
    ]),
    buttons: offered.map((card) => [titleButton(card, actionOf(card._id))]),
  };
}

/**
 * The event that is meant; `actionOf` is the action id of a choice among several. `only`:
 * events that are not open are left out, and `otherwise` answers where no open one is left.
 */
export async function resolveEvent(
  ctx: CommandContext,
  typed: string,
  actionOf: (eventId: string) => string,
  only?: { isOpen: (card: Card) => boolean; otherwise: Message },
): Promise<Resolved<string>> {
  const id = idIn(typed);
  if (id !== undefined) return { found: id, rest: "" };
  const { t } = ctx;
  const next = await nextEvents(ctx);
  const all = await findEvents(ctx, typed, next);
  const none = t("event.none", { name: cleanName(typed, 60) });
  return await resolve<string>({
    typed,
    find: () => all.filter((card) => !only || only.isOpen(card)).map(({ _id }) => _id),
    none: () => reply(only && all.length > 0 ? only.otherwise : whichEvent(next, none, actionOf)),
    which: (ids) => {
      const cards = all.filter(({ _id }) => ids.includes(_id));
      return reply(whichEvent(cards, t("event.which"), actionOf));
    },
  });
}

/** The same for an event that is not over and not cancelled. */
export async function resolveUpcoming(
  ctx: CommandContext,
  typed: string,
  actionOf: (eventId: string) => string,
): Promise<Resolved<string>> {
  return await resolveEvent(ctx, typed, actionOf, {
    isOpen: ({ status }) => status === "upcoming" || status === "live",
    otherwise: { lines: [[ctx.t("going.over")]] },
  });
}

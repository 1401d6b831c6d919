import Fuse from "fuse.js";
import { api } from "../../../convex/_generated/api.js";
import { titleButton } from "../../messages/event.ts";
import type { Line, Message } from "../../messages/message.ts";
import { formatTime } from "../../time/format.ts";
import { cleanName, cut, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Choice, Reply } from "../command.ts";
import { unquote } from "../args.ts";
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

/** What was found for a typed name; `isNear`: only by similar letters, so that a person has to choose. */
type Found = { cards: Card[]; isNear: boolean };

/**
 * The events that a typed name can mean, the surest first: coming ones of exactly that title, then
 * those with the typed words in the title, then any event of exactly that title, past ones too, then
 * titles that are close, accents and slips forgiven, then what the search index finds.
 */
export async function findEvents(ctx: CommandContext, name: string, next: Card[]): Promise<Found> {
  const sure = (cards: Card[]): Found => ({ cards, isNear: false });
  const exact = next.filter(({ title }) => plain(title) === plain(name));
  if (exact.length > 0) return sure(exact);
  const named = next.filter(({ title }) => hasWords(title, name));
  if (named.length > 0) return sure(named);
  const found = await ctx.backend.query(api.events.queries.search, { words: name });
  const past = found.filter((card) => plain(card.title) === plain(name));
  if (past.length > 0) return sure(past);
  const near = similar(next, name);
  if (near.length > 0) return { cards: near, isNear: true };
  const isIn = found.filter((card) => hasWords(card.title, name));
  return isIn.length > 0 ? sure(isIn) : { cards: found, isNear: true };
}

function similar(next: Card[], name: string): Card[] {
  const options = {
    keys: ["title"],
    threshold: 0.35,
    ignoreLocation: true,
    ignoreDiacritics: true,
  };
  return new Fuse(next, options).search(name.slice(0, 100)).map(({ item }) => item);
}

/** Whether a title has these words, one after the other; of the last the beginning is enough. */
function hasWords(title: string, typed: string): boolean {
  const padded = (text: string) =>
    ` ${plain(text)
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim()}`;
  const words = padded(typed);
  return words.length > 1 && padded(title).includes(words);
}

/** Suggestions for an event's name that is being typed. */
export async function completeEvent(ctx: CommandContext, typed: string): Promise<Choice[]> {
  const next = await nextEvents(ctx);
  return (await suggested(ctx, typed.trim(), next))
    .slice(0, 25)
    .map((card) => ({ name: label(card, ctx), value: `${idMark}${card._id}` }));
}

/** Everything that could be meant, as the person still types: all titles with the words, then similar ones. */
async function suggested(ctx: CommandContext, typed: string, next: Card[]): Promise<Card[]> {
  if (typed === "") return next;
  const named = next.filter(({ title }) => hasWords(title, typed));
  const both = [...new Set([...named, ...similar(next, typed)])];
  return both.length > 0 ? both : (await findEvents(ctx, typed, next)).cards;
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

type EventSearch = {
  /** Events that are not open are left out, and `otherwise` answers where no open one is left. */
  only?: { isOpen: (card: Card) => boolean; otherwise: Message };
  /** The only title that is similar is meant: for what shows an event and changes nothing. */
  showsNear?: boolean;
};

/** The event that is meant; `actionOf` is the action id of a choice among several. */
export async function resolveEvent(
  ctx: CommandContext,
  typed: string,
  actionOf: (eventId: string) => string,
  { only, showsNear = false }: EventSearch = {},
): Promise<Resolved<string>> {
  const id = idIn(typed);
  if (id !== undefined) return { found: id, rest: "" };
  const { t } = ctx;
  const next = await nextEvents(ctx);
  const { cards: all, isNear } = await findEvents(ctx, unquote(typed), next);
  const none = t("event.none", { name: cleanName(typed, 60) });
  return await resolve<string>({
    typed,
    find: () => all.filter((card) => !only || only.isOpen(card)).map(({ _id }) => _id),
    isSure: () => showsNear || !isNear,
    none: () => reply(only && all.length > 0 ? only.otherwise : whichEvent(next, none, actionOf)),
    which: (ids) => {
      const cards = all.filter(({ _id }) => ids.includes(_id));
      const text = isNear ? t("event.near", { name: cleanName(typed, 60) }) : t("event.which");
      return reply(whichEvent(cards, text, actionOf));
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
    only: {
      isOpen: ({ status }) => status === "upcoming" || status === "live",
      otherwise: { lines: [[ctx.t("going.over")]] },
    },
  });
}

/** What was typed: an event's name, or none, and what the words behind it mean. */
type Typed<T> = { name: string; said: T | undefined; unread: string };

/**
 * Reads words such as "hike yes" as a name and what `read` makes of the words behind it. The name
 * reaches as far as a title does: the end of "Noche de sí o no" is no answer, and "demo day" no time.
 */
function readNamed<T>(
  next: readonly Card[],
  words: readonly string[],
  read: (words: string) => T | undefined,
): Typed<T> {
  const first = (count: number) => words.slice(0, count).join(" ");
  const rest = (count: number) => words.slice(count).join(" ");
  const isTitle = (name: string) => next.some(({ title }) => plain(title) === plain(name));
  const isNamed = (name: string) => next.some(({ title }) => hasWords(title, name));
  const whole = first(words.length);
  if (isTitle(unquote(whole))) return { name: whole, said: undefined, unread: "" };
  const counts = words.map((_, index) => index);
  for (const count of counts.toReversed()) {
    const said = isTitle(first(count)) ? read(rest(count)) : undefined;
    if (said !== undefined) return { name: first(count), said, unread: "" };
  }
  const alone = read(whole);
  if (alone !== undefined) return { name: "", said: alone, unread: "" };
  if (isNamed(whole)) return { name: whole, said: undefined, unread: "" };
  for (const count of counts.slice(1)) {
    const said = read(rest(count));
    if (said !== undefined) return { name: first(count), said, unread: "" };
  }
  const known = counts.slice(1).findLast((count) => isNamed(first(count)));
  return known === undefined
    ? { name: whole, said: undefined, unread: "" }
    : { name: first(known), said: undefined, unread: rest(known) };
}

/**
 * The coming event that was named, by the option "event" or in words, and what was said about it;
 * `found` is undefined where no event was named. `actionOf` is the action id of a choice.
 */
export async function resolveNamedEvent<T>(
  ctx: CommandContext,
  read: (words: string) => T | undefined,
  actionOf: (eventId: string, said: T | undefined) => string,
): Promise<{ found: string | undefined; said: T | undefined } | { ask: Reply }> {
  const { args, t } = ctx;
  const { event } = args.named;
  const typed =
    event === undefined
      ? readNamed(await nextEvents(ctx), args.words, read)
      : { name: event.trim(), said: read(args.words.join(" ")), unread: "" };
  const unread =
    event !== undefined && typed.said === undefined ? args.words.join(" ") : typed.unread;
  if (typed.name === "") return { found: undefined, said: typed.said };
  const choose = (id: string) => actionOf(id, typed.said);
  const resolved = await resolveUpcoming(ctx, typed.name, choose);
  if ("ask" in resolved) return { ask: reply(resolved.ask, { ephemeral: true }) };
  if (unread === "") return { found: resolved.found, said: typed.said };
  const cards = (await nextEvents(ctx)).filter(({ _id }) => _id === resolved.found);
  const text = t("unknown.rest", { words: cleanName(unread, 60), name: cleanName(typed.name, 60) });
  return { ask: reply(whichEvent(cards, text, choose), { ephemeral: true }) };
}

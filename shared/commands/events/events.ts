import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Id } from "../../../convex/_generated/dataModel.js";
import { locationText, titleButton } from "../../messages/event.ts";
import type { Button, Line } from "../../messages/message.ts";
import { cleanName, cut } from "../../messages/sanitize.ts";
import { whenInlines } from "../../messages/when.ts";
import { zoneName } from "../../time/format.ts";
import { rangeOf, readWhen, type When, whens } from "../../time/when.ts";
import {
  namesOf,
  type Organization,
  organizations,
  resolveOrganization,
} from "../community/organizations.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

export type Card = FunctionReturnType<typeof api.events.queries.upcoming>[number];

const pageSize = 5;

/** Where a page begins: events that start at `from` or later, but for the first `skip`. */
type Anchor = { from: number; skip: number };
type View = { when?: When | undefined; org?: Organization | undefined; at?: Anchor | undefined };

export const events: Command = {
  name: "events",
  describe: "command.events",
  for: "anyone",
  options: [
    {
      name: "when",
      describe: "option.when",
      choices: whens,
      read: (typed) => readWhen(typed.split(/\s+/)) ?? undefined,
    },
    { name: "org", describe: "option.org", completes: true },
  ],
  async run(ctx) {
    const { words, named } = ctx.args;
    const written = [...(named["when"]?.split(/\s+/) ?? []), ...words].filter(Boolean);
    const read = readWhen(written);
    const rest = read ? read.rest : written;
    const orgName = named["org"] ?? rest.join(" ");
    if (!orgName)
      return await page(ctx, { when: read?.when, org: orgOfChat(ctx, await organizations(ctx)) });
    const resolved = await resolveOrganization(ctx, orgName, {
      actionOf: (orgId) => `events|${read?.when ?? ""}|${orgId}`,
      none: async () => notUnderstood(ctx, named["org"], orgName, await organizations(ctx)),
    });
    if ("ask" in resolved) return resolved.ask;
    return await page(ctx, { when: read?.when, org: resolved.found });
  },
  async complete(ctx, _option, typed) {
    const all = await organizations(ctx);
    const near = typed
      ? all.filter((org) => org.name.toLowerCase().includes(typed.toLowerCase()))
      : all;
    return near.slice(0, 25).map((org) => ({ name: cut(org.name, 100), value: org.slug }));
  },
  actions: { events: eventsAction },
};

function orgOfChat({ chat }: CommandContext, all: Organization[]): Organization | undefined {
  return all.find((org) => org._id === chat.orgId);
}

function notUnderstood(
  { t }: CommandContext,
  namedOrg: string | undefined,
  written: string,
  all: Organization[],
): Reply {
  const text = namedOrg
    ? t("org.unknown", { name: cleanName(written, 60), names: namesOf(all) })
    : t("unknown.when", { word: cleanName(written, 60) });
  return reply({ lines: [[text]], buttons: [[{ label: t("button.all"), action: "events" }]] });
}

/** The action of Later, Earlier or "all events": `events|when|org|from|skip`, each part optional. */
async function eventsAction(ctx: CommandContext, parts: readonly string[]): Promise<Reply> {
  const [word, orgId, from, skip] = parts;
  const org = orgId ? (await organizations(ctx)).find((one) => one._id === orgId) : undefined;
  const at = from ? { from: parseInt(from, 36), skip: Number(skip) || 0 } : undefined;
  return await page(ctx, { when: whens.find((one) => one === word), org, at });
}

/** One page of what is on. */
async function page(ctx: CommandContext, view: View): Promise<Reply> {
  const { t, now, reader } = ctx;
  const range = view.when ? rangeOf(view.when, now, reader.timezone) : { from: now, to: Infinity };
  const known = await knownEvents(ctx, view, range);
  const start = view.at ? indexOf(known, view.at) : 0;
  const shown = known.slice(start, start + pageSize);
  const title = t(view.when ? `events.title.${view.when}` : "events.title");
  const heading = view.org
    ? t("events.at-org", { title, org: cleanName(view.org.name, 60) })
    : title;
  if (shown.length === 0) return await nothing(ctx, view, heading);
  const left = known.length - start - shown.length;
  return reply(
    {
      title: heading,
      lines: zoneLines(ctx, view),
      items: shown.map((event, index) => item(event, start + index + 1, ctx)),
      footer: left > 0 ? [[{ italic: t("events.more", { count: left }) }]] : [],
      buttons: [
        ...shown.map((event) => [titleButton(event, `event|${event._id}`)]),
        turning(ctx, view, known, start),
      ],
    },
    { editsMessage: true },
  );
}

/**
 * The events of a view. The next hundred are held live; where there are more, and the view reaches
 * behind them, all are asked for.
 */
async function knownEvents(ctx: CommandContext, view: View, range: { from: number; to: number }) {
  const orgId: { orgId?: Id<"organizations"> } = view.org ? { orgId: view.org._id } : {};
  const next = await ctx.backend.live(api.events.queries.upcoming, orgId);
  const last = next.at(-1);
  const isWhole = next.length < 100 || (last !== undefined && last.startDate >= range.to);
  const asked = isWhole
    ? next
    : await ctx.backend.query(api.events.queries.upcoming, { ...orgId, isWhole: true });
  return asked.filter((event) => event.endsBy > range.from && event.startDate < range.to);
}

/** The place of an anchor in a list that is sorted by start. */
function indexOf(known: Card[], { from, skip }: Anchor): number {
  const first = known.findIndex((event) => event.startDate >= from);
  return first < 0 ? known.length : first + skip;
}

function anchorOf(known: Card[], index: number): string {
  const from = known[index]?.startDate ?? 0;
  const skip = index - known.findIndex((event) => event.startDate === from);
  return `${from.toString(36)}|${skip}`;
}

/**
 * Whose day a word like "today" means, in Discord, which shows times in the reader's own zone: there
 * the days that Plaza counts are another's, unless the reader has set a zone.
 */
function zoneLines({ t, chat, chosen, reader }: CommandContext, { when }: View): Line[] {
  if (!when || chat.platform !== "discord" || chosen.timezone !== undefined) return [];
  return [[{ italic: t("events.zone", { zone: zoneName(reader.timezone) }) }]];
}

function turning({ t }: CommandContext, view: View, known: Card[], start: number): Button[] {
  const to = (index: number) =>
    `events|${view.when ?? ""}|${view.org?._id ?? ""}|${anchorOf(known, index)}`;
  const earlier =
    start > 0 ? [{ label: t("button.earlier"), action: to(Math.max(0, start - pageSize)) }] : [];
  const hasMore = start + pageSize < known.length;
  const later = hasMore ? [{ label: t("button.later"), action: to(start + pageSize) }] : [];
  return [...earlier, ...later];
}

function item(event: Card, number: number, { t, now, reader }: CommandContext): Line {
  const place = locationText(event, t);
  return [
    `${number}. `,
    { bold: cleanName(event.title, 120) },
    "\n",
    ...(event.startDate <= now ? [{ bold: t("events.live") }, " · "] : []),
    ...whenInlines(event, { reader, t, now }),
    ...(place ? [` · ${place}`] : []),
  ];
}

/** Nothing then: say so, and offer what there is. */
async function nothing(ctx: CommandContext, view: View, title: string): Promise<Reply> {
  const { t } = ctx;
  if (!view.when && !view.at)
    return reply({ title, lines: [[t("events.none")]] }, { editsMessage: true });
  const all = `events||${view.org?._id ?? ""}`;
  return reply(
    {
      title,
      lines: [...zoneLines(ctx, view), [t("events.none.range")]],
      buttons: [[{ label: t("button.all"), action: all }]],
    },
    { editsMessage: true },
  );
}

import { isTermOf } from "../../texts/synonyms.ts";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { type Charity, charityLines, needWords } from "../../messages/charityCard.ts";
import type { Button, Line } from "../../messages/message.ts";
import { formatMoney } from "../../money/money.ts";
import { cleanName, isSafeLink, plain } from "../../messages/sanitize.ts";
import { reply } from "../reply.ts";
import type { Choice, Command, CommandContext, Reply } from "../command.ts";

// The charities that gifts can reach, for members: by city, each with what it needs, and on a map.

/** With a row of buttons for each, and one to go on: Discord has five rows. */
const pageSize = 4;

const views = ["list", "map"] as const;

function readView(typed: string): (typeof views)[number] | undefined {
  return isTermOf("map", typed) ? "map" : views.find((view) => view === plain(typed));
}

/** Which city: by its name, or as that of a charity; `after` a charity, for the next page. */
type Where = { city?: string; cityOf?: string; after?: string };

export const charities: Command = {
  name: "charities",
  describe: "command.charities",
  for: "anyone",
  options: [
    { name: "city", describe: "option.city", completes: true },
    { name: "view", describe: "option.view", choices: views, read: readView },
  ],
  async run(ctx) {
    const { words, named } = ctx.args;
    const isMap = isTermOf("map", named["view"] ?? words.at(-1) ?? "");
    const typed = isMap && named["view"] === undefined ? words.slice(0, -1) : words;
    const city = named["city"] ?? typed.join(" ");
    const where = city.trim() ? { city } : {};
    return isMap ? await map(ctx, where) : await page(ctx, where);
  },
  async complete({ backend }, option, typed): Promise<Choice[]> {
    if (option !== "city") return [];
    const found = await backend.query(api.charities.getCities, {});
    return found
      .filter(({ city }) => plain(city).includes(plain(typed)))
      .map(({ city }) => ({ name: cleanName(city, 80), value: city }));
  },
  actions: { charities: charitiesAction },
};

/** What its buttons do: `charities|city|<a charity there>`, `charities|show|<charity>`. */
async function charitiesAction(
  ctx: CommandContext,
  [part, id = ""]: readonly string[],
): Promise<Reply> {
  switch (part) {
    case "city":
      return await page(ctx, { cityOf: id });
    case "page":
      return await page(ctx, { after: id });
    case "map":
      return await map(ctx, {});
    case "show":
      return await details(ctx, id);
    default:
      return await choice(ctx, []);
  }
}

/** One page of a city's charities; without a city that has any, the cities to choose from. */
async function page(ctx: CommandContext, where: Where): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const found = await backend.query(api.charities.getCharitiesByCity, {
    ...where,
    limit: pageSize,
  });
  const { city, charities: shown, hasMore } = found;
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return await choice(ctx, city ? [[none(ctx, city)]] : []);
  return reply(
    {
      title: t("charities.title", { city: cleanName(city ?? "", 60) }),
      items: shown.map((one): Line => [
        { bold: cleanName(one.name, 80) },
        ` · ${cleanName(one.category, 40)}`,
        `\n${needsWords(one, ctx)}`,
      ]),
      footer: hasMore ? [[{ italic: t("charities.more") }]] : [],
      buttons: [
        ...shown.map((one) => [
          { label: cleanName(one.name, 40), action: `charities|show|${one._id}` },
        ]),
        [
          ...(where.after === undefined
            ? []
            : [{ label: t("button.first"), action: `charities|city|${first._id}` }]),
          ...(hasMore ? [{ label: t("button.more"), action: `charities|page|${last._id}` }] : []),
          { label: t("button.map"), action: "charities|map" },
          { label: t("button.cities"), action: "charities|cities" },
        ],
      ],
    },
    { editsMessage: true },
  );

  function needsWords(one: Charity, { t }: CommandContext): string {
    const active = one.needs.filter(({ isActive }) => isActive);
    const words = active.map(
      (need) => `${cleanName(need.category, 40)}: ${needWords(need, reader)}`,
    );
    return words.length > 0 ? words.join("\n") : t("charities.no-need");
  }
}

function none({ t }: CommandContext, city: string): string {
  return t("charities.none", { city: cleanName(city, 60) });
}

/** The cities that have charities, as buttons. */
async function choice({ t, backend }: CommandContext, before: readonly Line[]): Promise<Reply> {
  const cities = await backend.query(api.charities.getCities, {});
  const button = (one: (typeof cities)[number]): Button => ({
    label: cleanName(one.city, 40),
    action: `charities|city|${one.charityId}`,
  });
  return reply(
    {
      lines: [...before, [t(cities.length > 0 ? "charities.which" : "charities.nowhere")]],
      buttons: cities.map((one) => [button(one)]),
    },
    { editsMessage: true },
  );
}

/**
 * Where charities are, as a picture, in one city or in all; the larger the open gap, the larger the
 * dot. The map knows countries and no streets: those of one city are close together on it.
 */
async function map(ctx: CommandContext, where: Pick<Where, "city">): Promise<Reply> {
  const { t, backend } = ctx;
  const found = await backend.query(api.charities.getCharitiesWithCoordinates, where);
  const title =
    found.city === null
      ? t("charities.title.all")
      : t("charities.title", { city: cleanName(found.city, 60) });
  const [first] = found.places;
  if (!first) return reply({ title, lines: [[t("charities.no-map")]] });
  return reply({
    lines: [
      [t("charities.map.text", { count: found.places.length })],
      ...(found.others ? [[{ italic: t("charities.map.others") }]] : []),
    ],
    picture: mapPicture(ctx, title, found.places),
    buttons: [
      [
        found.city === null
          ? { label: t("button.cities"), action: "charities|cities" }
          : { label: t("button.list"), action: `charities|city|${first._id}` },
      ],
    ],
  });
}

type Places = FunctionReturnType<typeof api.charities.getCharitiesWithCoordinates>["places"];
const maxListed = 5;

function mapPicture({ t, reader }: CommandContext, title: string, found: Places) {
  const places = found.map(({ name, latitude, longitude, gap }) => ({
    label: cleanName(name, 80),
    latitude,
    longitude,
    // A charity that needs nothing now is on the map too.
    cents: Math.max(gap, 1),
  }));
  const first = found
    .slice(0, maxListed)
    .map(({ name, gap }) => `${cleanName(name, 80)} ${formatMoney(gap, reader.locale)}`);
  const list = [...first, ...(found.length > maxListed ? ["…"] : [])].join(", ");
  return {
    kind: "map" as const,
    title,
    alt: t("charities.alt", { title, count: found.length, list }),
    note: t("charities.map.note"),
    places,
  };
}

async function details(ctx: CommandContext, charityId: string): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const charity = await backend.query(api.charities.getCharity, { charityId });
  const { name, website } = charity;
  return reply(
    {
      title: cleanName(name, 80),
      lines: charityLines(charity, reader),
      buttons: [
        [
          { label: t("button.list"), action: `charities|city|${charityId}` },
          ...(website !== undefined && isSafeLink(website)
            ? [{ label: t("button.page"), url: website }]
            : []),
        ],
      ],
    },
    { editsMessage: true },
  );
}

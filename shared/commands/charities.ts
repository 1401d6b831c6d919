import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { type Charity, charityLines, needWords } from "../messages/charityLines.ts";
import { isSafeLink } from "../links.ts";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { formatMoney } from "../money/money.ts";
import { plain } from "../time/when.ts";
import type { Call, Choice, Command } from "./command.ts";

// The charities that gifts can reach, for members: by city, each with what it needs, and on a map.

/** With a row of buttons for each, and one to go on: Discord has five rows. */
const pageSize = 4;

/** Which city: by its name, or as that of a charity; `after` a charity, for the next page. */
type Where = { city?: string; cityOf?: string; after?: string };

export const charities: Command = {
  name: "charities",
  describe: "command.charities",
  for: "anyone",
  options: [
    { name: "city", aliases: ["ciudad"], describe: "option.city", completes: true },
    { name: "view", aliases: ["vista"], describe: "option.view", choices: ["list", "map"] },
  ],
  async run(call) {
    const { words, named } = call.args;
    const last = plain(named["view"] ?? words.at(-1) ?? "");
    const isMap = last === "map" || last === "mapa";
    const spoken = isMap && named["view"] === undefined ? words.slice(0, -1) : words;
    const city = named["city"] ?? spoken.join(" ");
    const where = city.trim() ? { city } : {};
    return isMap ? await map(call, where) : await page(call, where);
  },
  async complete({ plaza }, option, typed): Promise<Choice[]> {
    if (option !== "city") return [];
    const found = await plaza.query(api.charities.getCities, {});
    return found
      .filter(({ city }) => plain(city).includes(plain(typed)))
      .map(({ city }) => ({ name: cleanName(city, 80), value: city }));
  },
};

/** What its buttons do: `charities|city|<a charity there>`, `charities|show|<charity>`. */
export async function pressCharities(
  call: Call,
  [wish, id = ""]: readonly string[],
): Promise<Message> {
  switch (wish) {
    case "city":
      return await page(call, { cityOf: id });
    case "page":
      return await page(call, { after: id });
    case "map":
      return await map(call, {});
    case "show":
      return await details(call, id);
    default:
      return await choice(call, []);
  }
}

/** One page of a city's charities; without a city that has any, the cities to choose from. */
async function page(call: Call, where: Where): Promise<Message> {
  const { t, plaza, reader } = call;
  const found = await plaza.query(api.charities.getCharitiesByCity, { ...where, limit: pageSize });
  const { city, charities: shown, hasMore } = found;
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return await choice(call, city ? [[none(call, city)]] : []);
  return {
    title: t("charities.title", { city: cleanName(city ?? "", 60) }),
    items: shown.map((one): Line => [
      { bold: cleanName(one.name, 80) },
      ` · ${cleanName(one.category, 40)}`,
      `\n${needsWords(one, call)}`,
    ]),
    footer: hasMore ? [[{ italic: t("charities.more") }]] : [],
    buttons: [
      ...shown.map((one) => [
        { label: cleanName(one.name, 40), press: `charities|show|${one._id}` },
      ]),
      [
        ...(where.after === undefined
          ? []
          : [{ label: t("button.first"), press: `charities|city|${first._id}` }]),
        ...(hasMore ? [{ label: t("button.more"), press: `charities|page|${last._id}` }] : []),
        { label: t("button.map"), press: "charities|map" },
        { label: t("button.cities"), press: "charities|cities" },
      ],
    ],
    replaces: true,
  };

  function needsWords(one: Charity, { t }: Call): string {
    const active = one.needs.filter(({ isActive }) => isActive);
    const words = active.map(
      (need) => `${cleanName(need.category, 40)}: ${needWords(need, reader)}`,
    );
    return words.length > 0 ? words.join("\n") : t("charities.no-need");
  }
}

function none({ t }: Call, city: string): string {
  return t("charities.none", { city: cleanName(city, 60) });
}

/** The cities that have charities, as buttons. */
async function choice({ t, plaza }: Call, before: readonly Line[]): Promise<Message> {
  const cities = await plaza.query(api.charities.getCities, {});
  const button = (one: (typeof cities)[number]): Button => ({
    label: cleanName(one.city, 40),
    press: `charities|city|${one.charityId}`,
  });
  return {
    lines: [...before, [t(cities.length > 0 ? "charities.which" : "charities.nowhere")]],
    buttons: cities.map((one) => [button(one)]),
    replaces: true,
  };
}

/**
 * Where charities are, as a picture, in one city or in all; the larger the open gap, the larger the
 * dot. The map knows countries and no streets: those of one city are close together on it.
 */
async function map(call: Call, where: Pick<Where, "city">): Promise<Message> {
  const { t, plaza } = call;
  const found = await plaza.query(api.charities.getCharitiesWithCoordinates, where);
  const title =
    found.city === null
      ? t("charities.title.all")
      : t("charities.title", { city: cleanName(found.city, 60) });
  const [first] = found.places;
  if (!first) return { title, lines: [[t("charities.no-map")]] };
  return {
    lines: [
      [t("charities.map.text", { count: found.places.length })],
      ...(found.others ? [[{ italic: t("charities.map.others") }]] : []),
    ],
    picture: mapPicture(call, title, found.places),
    buttons: [
      [
        found.city === null
          ? { label: t("button.cities"), press: "charities|cities" }
          : { label: t("button.list"), press: `charities|city|${first._id}` },
      ],
    ],
  };
}

type Places = FunctionReturnType<typeof api.charities.getCharitiesWithCoordinates>["places"];
const mostListed = 5;

function mapPicture({ t, reader }: Call, title: string, found: Places) {
  const places = found.map(({ name, latitude, longitude, gap }) => ({
    label: cleanName(name, 80),
    latitude,
    longitude,
    // A charity that needs nothing now is on the map too.
    cents: Math.max(gap, 1),
  }));
  const first = found
    .slice(0, mostListed)
    .map(({ name, gap }) => `${cleanName(name, 80)} ${formatMoney(gap, reader.locale)}`);
  const list = [...first, ...(found.length > mostListed ? ["…"] : [])].join(", ");
  return {
    kind: "map" as const,
    title,
    alt: t("charities.alt", { title, count: found.length, list }),
    note: t("charities.map.note"),
    places,
  };
}

async function details(call: Call, charityId: string): Promise<Message> {
  const { t, plaza, reader } = call;
  const charity = await plaza.query(api.charities.getCharity, { charityId });
  const { name, website } = charity;
  return {
    title: cleanName(name, 80),
    lines: charityLines(charity, reader),
    buttons: [
      [
        { label: t("button.list"), press: `charities|city|${charityId}` },
        ...(website !== undefined && isSafeLink(website)
          ? [{ label: t("button.page"), url: website }]
          : []),
      ],
    ],
    replaces: true,
  };
}

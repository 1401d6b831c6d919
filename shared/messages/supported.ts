import { texts } from "../texts/index.ts";
import type { Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";
import { listed, type WeekView } from "./week.ts";

type Shares = WeekView["shares"];

/** A map of the charities that received something; in words where none says where it is. */
export function supportedMap(shares: Shares, title: string, { locale }: Reader): Message {
  const t = texts(locale);
  const places = shares.flatMap(({ name, latitude, longitude, amount }) =>
    latitude === undefined || longitude === undefined
      ? []
      : [{ label: cleanName(name, 80), latitude, longitude, cents: amount }],
  );
  if (places.length === 0) return { title, lines: [[t("map.none")]] };
  const list = listed(places, locale);
  return {
    title,
    lines: [[t("map.shown", { count: places.length })]],
    picture: { kind: "map", title, alt: t("map.alt", { title, list }), places },
  };
}

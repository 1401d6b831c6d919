import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import type { PayloadOf } from "./leased.ts";
import { texts } from "../texts/index.ts";
import { decisionLines } from "./applicationCard.ts";
import { labelled, type Line, type Message, type Reader } from "./message.ts";
import { cleanName, cut, isSafeLink } from "./sanitize.ts";
import { formatMoney } from "../money/money.ts";

type CardCharity = PayloadOf<"charity">["charity"];

/** A charity for those who decide it; a decided one says by whom, when and why, without buttons. */
export function charityCard(charity: CardCharity, reader: Reader): Message {
  const t = texts(reader.locale);
  const { _id, name, verificationStatus: status } = charity;
  return {
    title: t(`charity.title.${status}`, { name: cleanName(name, 80) }),
    lines: [...charityLines(charity, reader), ...decisionLines({ ...charity, status }, t)],
    ...(status === "pending" && {
      buttons: [
        [
          { label: t("button.approve"), action: `+charity|approve|${_id}` },
          { label: t("button.reject"), action: `+charity|why|${_id}` },
        ],
      ],
    }),
  };
}

/** A charity with its needs, as everybody sees it who may. */
export type Charity = FunctionReturnType<
  typeof api.charities.getCharitiesByCity
>["charities"][number];
type Need = Charity["needs"][number];

/** What a charity is: what it does, where it is, and what it needs. */
export function charityLines(charity: Charity, reader: Reader): Line[] {
  const t = texts(reader.locale);
  const { description, city, state, zipCode, latitude, longitude, category, website } = charity;
  const where = [city, [zipCode, state].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  return [
    [cut(description, 500)],
    labelled(t("charity.city"), cleanName(where, 160)),
    ...(latitude === undefined || longitude === undefined
      ? []
      : [labelled(t("charity.place"), `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`)]),
    labelled(t("charity.category"), cleanName(category, 40)),
    ...(website !== undefined && isSafeLink(website)
      ? [[{ bold: t("charity.website") }, ": ", { link: new URL(website).hostname, url: website }]]
      : []),
    ...charity.needs.map((need) =>
      labelled(
        t("charity.need", { category: cleanName(need.category, 40) }),
        needWords(need, reader),
      ),
    ),
  ];
}

/** "urgency 80 of 100, $1,200 missing" */
export function needWords(
  { urgencyScore, fundingGap }: Pick<Need, "urgencyScore" | "fundingGap">,
  { locale }: Pick<Reader, "locale">,
): string {
  const gap = formatMoney(fundingGap, locale);
  return texts(locale)("need.words", { urgency: urgencyScore, gap });
}

import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { texts } from "../texts/index.ts";
import { labelled } from "./labelled.ts";
import type { Message, Reader } from "./message.ts";
import { cleanName, cut } from "./names.ts";

type About = FunctionReturnType<typeof api.deliveries.claim>[number]["about"];
export type Charity = Extract<About, { do: "charity" }>["charity"];

/** A charity for those who decide it; a decided one says by whom and when, without buttons. */
export function charityCard(charity: Charity, reader: Reader): Message {
  const t = texts(reader.locale);
  const { _id, name, description, city, category, verificationStatus } = charity;
  return {
    title: t(`charity.title.${verificationStatus}`, { name: cleanName(name, 80) }),
    lines: [
      [cut(description, 500)],
      labelled(t("charity.city"), cleanName(city, 80)),
      labelled(t("charity.category"), cleanName(category, 40)),
    ],
    ...(verificationStatus === "pending" && {
      buttons: [
        [
          { label: t("button.approve"), press: `+charity|approve|${_id}` },
          { label: t("button.reject"), press: `+charity|why|${_id}` },
        ],
      ],
    }),
  };
}

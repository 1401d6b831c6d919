import type { PayloadOf } from "./leased.ts";
import { texts } from "../texts/index.ts";
import { decisionLines } from "./applicationCard.ts";
import { charityLines } from "./charityLines.ts";
import type { Message, Reader } from "./message.ts";
import { cleanName } from "./names.ts";

export type CardCharity = PayloadOf<"charity">["charity"];

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

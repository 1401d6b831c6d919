import type { PayloadOf } from "./leased.ts";
import { formatMoney } from "../money/money.ts";
import { texts } from "../texts/index.ts";
import type { Reader } from "./message.ts";

/** A charity's part of a week. */
export type Share = PayloadOf<"distribution">["week"]["shares"][number];

/** Why a charity received what it did: the model's words, checked when they came, else our own. */
export function explanationText(share: Share, { locale }: Reader): string {
  const own = share.explanation?.[locale];
  if (own !== undefined) return own;
  const { urgency, gap } = share;
  const t = texts(locale);
  // Of a week whose allocation is gone, nothing more is known.
  if (urgency <= 0 || gap <= 0) return t("explain.reached");
  return t("explain.template", { urgency, gap: formatMoney(gap, locale) });
}

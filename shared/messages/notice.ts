import { formatMoney } from "../money/money.ts";
import { texts } from "../texts/index.ts";
import type { PayloadOf } from "./leased.ts";
import type { Message, Reader } from "./message.ts";
import { cleanName } from "./sanitize.ts";
import { reasonText } from "./applicationCard.ts";

type Notice = PayloadOf<"notice">["notice"];

/** A notice to one person, in their private chat. */
export function noticeMessage(notice: Notice, reader: Reader): Message {
  const t = texts(reader.locale);
  switch (notice.kind) {
    case "approved":
      return {
        title: t("notice.approved.title"),
        lines: [[t("notice.approved")]],
        buttons: [[{ label: t("button.week"), action: "+events|week" }]],
      };
    case "rejected": {
      const why = reasonText(notice.reason, t);
      return {
        title: t("notice.rejected.title"),
        lines: [...(why ? [[why]] : []), [t("notice.rejected")]],
      };
    }
    case "role":
      return { lines: [[t(`notice.role.${notice.role}`)]] };
    case "linked":
    case "unlinked":
      return { lines: [[t(`notice.${notice.kind}`, { account: cleanName(notice.account, 80) })]] };
    case "payment-failed": {
      const amount = formatMoney(notice.amount, reader.locale);
      return {
        lines: [[t("notice.payment-failed", { amount })]],
        buttons: [[{ label: t("button.my-gift"), action: "+give" }]],
      };
    }
    case "payment-arrived":
    case "payment-returned": {
      const amount = formatMoney(notice.amount, reader.locale);
      return { lines: [[t(`notice.${notice.kind}`, { amount })]] };
    }
    case "account-needs":
    case "suspended":
    case "banned":
    case "restored":
    case "deleted":
      return { lines: [[t(`notice.${notice.kind}`)]] };
  }
}

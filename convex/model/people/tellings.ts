import type { Doc, Id } from "../../_generated/dataModel.js";
import { currency } from "../../../shared/money/money.ts";
import type { Notice, NoticeOptions } from "./notices.ts";

// Which webhook events notify their person in the chat, and how.

/** A webhook event of a person. */
export type Happened = Pick<Doc<"webhookEvents">, "type" | "eventId" | "data"> & {
  userId: Id<"users">;
};
export type EventNotice = NoticeOptions & { notice: Notice };

export const noticeOfWebhookEvent: Record<
  Happened["type"],
  (event: Happened) => EventNotice | null
> = {
  /** Only where Stripe waits for them; once for the same things. */
  "stripe.account.updated": ({ data: { account, needs } }) =>
    needs === undefined || needs === ""
      ? null
      : { notice: { kind: "account-needs" }, subjectKey: `account-needs:${account}:${needs}` },
  "stripe.payment.succeeded": ({ data }) => {
    const amount = ours(data);
    return amount === null
      ? null
      : {
          notice: { kind: "payment-arrived", amount },
          subjectKey: `payment-arrived:${data["payment"]}`,
        };
  },
  "stripe.payment.failed": ({ data }) => {
    const amount = ours(data);
    return amount === null
      ? null
      : {
          notice: { kind: "payment-failed", amount },
          subjectKey: `payment-failed:${data["payment"]}`,
        };
  },
  // The queue notifies its people itself, urgently.
  "queue.position.updated": () => null,
  "queue.your_turn": () => null,
};

/** Cents in our currency; of another one nothing is said that could be taken for ours. */
function ours({ amount, currency: theirs }: Happened["data"]): number | null {
  return typeof amount === "number" && theirs === currency ? amount : null;
}

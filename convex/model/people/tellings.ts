import type { Doc, Id } from "../../_generated/dataModel.js";
import { currency } from "../../../shared/money/prices.ts";
import type { Notice, Telling } from "./notices.ts";

// Which events a person hears of in their chat, and how: this table alone decides.

/** An event on its way to its person. */
export type Happened = Pick<Doc<"webhookEvents">, "type" | "eventId" | "data"> & {
  userId: Id<"users">;
};
export type Told = Telling & { notice: Notice };

export const tellings: Record<Happened["type"], (event: Happened) => Told | null> = {
  /** Only where Stripe waits for them; once for the same things. */
  "stripe.account.updated": ({ data: { account, needs } }) =>
    needs === undefined || needs === ""
      ? null
      : { notice: { kind: "account-needs" }, topic: `account-needs:${account}:${needs}` },
  "stripe.payment.succeeded": ({ data }) => {
    const amount = ours(data);
    return amount === null
      ? null
      : {
          notice: { kind: "payment-arrived", amount },
          topic: `payment-arrived:${data["payment"]}`,
        };
  },
  "stripe.payment.failed": ({ data }) => {
    const amount = ours(data);
    return amount === null
      ? null
      : { notice: { kind: "payment-failed", amount }, topic: `payment-failed:${data["payment"]}` };
  },
  // The line tells its people itself, as urgent.
  "queue.position.updated": () => null,
  "queue.your_turn": () => null,
};

/** Cents in our currency; of another one nothing is said that could be taken for ours. */
function ours({ amount, currency: theirs }: Happened["data"]): number | null {
  return typeof amount === "number" && theirs === currency ? amount : null;
}

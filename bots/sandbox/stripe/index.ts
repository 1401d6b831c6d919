export { startStripeStandIn } from "./standIn.ts";
export type {
  Invoice,
  Session,
  StripeFault,
  StripeStandIn,
  StripeStandInOptions,
  Subscription,
} from "./types.ts";

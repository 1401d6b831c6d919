export { startStripeStandIn } from "./stand-in.ts";
export type {
  Invoice,
  Session,
  StripeFault,
  StripeStandIn,
  StripeStandInOptions,
  Subscription,
} from "./types.ts";

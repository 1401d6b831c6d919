export { startStripeEmulator } from "./emulator.ts";
export type {
  Invoice,
  Session,
  StripeFault,
  StripeEmulator,
  StripeEmulatorOptions,
  Subscription,
} from "./types.ts";

export { startPrivyStandIn } from "./stand-in.ts";
export type {
  Mail,
  PrivyAccount,
  PrivyAccountRef,
  PrivyFault,
  PrivyStandIn,
  PrivyStandInOptions,
  PrivyUser,
  PrivyUserInput,
} from "./types.ts";

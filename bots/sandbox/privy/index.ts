export { startPrivyStandIn } from "./standIn.ts";
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

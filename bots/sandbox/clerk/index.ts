export { startClerkStandIn } from "./standIn.ts";
export type {
  ClerkChange,
  ClerkStandIn,
  ClerkStandInOptions,
  ClerkUser,
  ClerkUserInput,
} from "./types.ts";

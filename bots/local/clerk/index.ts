export { startClerkStandIn } from "./stand-in.ts";
export type {
  ClerkChange,
  ClerkStandIn,
  ClerkStandInOptions,
  ClerkUser,
  ClerkUserInput,
} from "./types.ts";

export { startClerkEmulator } from "./emulator.ts";
export type {
  ClerkChange,
  ClerkEmulator,
  ClerkEmulatorOptions,
  ClerkUser,
  ClerkUserInput,
} from "./types.ts";

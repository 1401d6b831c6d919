export { startPrivyEmulator } from "./emulator.ts";
export type {
  Mail,
  PrivyAccount,
  PrivyAccountRef,
  PrivyFault,
  PrivyEmulator,
  PrivyEmulatorOptions,
  PrivyUser,
  PrivyUserInput,
} from "./types.ts";

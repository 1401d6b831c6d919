export { startOpenaiEmulator } from "./emulator.ts";
export { openaiModes, type OpenaiMode, type OpenaiEmulator } from "./types.ts";

export { startOpenaiStandIn } from "./stand-in.ts";
export { openaiModes, type OpenaiMode, type OpenaiStandIn } from "./types.ts";

export { startOpenaiStandIn } from "./standIn.ts";
export { openaiModes, type OpenaiMode, type OpenaiStandIn } from "./types.ts";

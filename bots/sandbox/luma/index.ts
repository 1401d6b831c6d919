export { STAGE_CALENDAR, STAGE_CALENDAR_ID } from "./calendars.ts";
export { STAGE_API_KEY, startLumaStandIn } from "./standIn.ts";
export type {
  LumaFault,
  LumaStandIn,
  LumaStandInOptions,
  StageChange,
  StageEvent,
} from "./types.ts";

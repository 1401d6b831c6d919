export { SANDBOX_CALENDAR, SANDBOX_CALENDAR_ID } from "./calendars.ts";
export { SANDBOX_API_KEY, startLumaEmulator } from "./emulator.ts";
export type {
  LumaFault,
  LumaEmulator,
  LumaEmulatorOptions,
  EventChange,
  CalendarEvent,
} from "./types.ts";

import { ConvexError } from "convex/values";
import type { RefusalCode } from "../../shared/refusals.ts";

/**
 * The one way a function says no. The code is the client's to word in the reader's language
 * (`shared/texts`, keys `refusal.*`); nothing else of an error reaches a client in production.
 */
export function refusal(code: RefusalCode): ConvexError<{ refusal: RefusalCode }> {
  return new ConvexError({ refusal: code });
}

import { isTextKey, type Texts } from "../texts/index.ts";
import { cleanName } from "./names.ts";

/** The reasons of the menu, in its order. */
export const reasons = ["unclear", "fit", "double", "full"] as const;

/** The same for charities. */
export const charityReasons = [
  "charity-unverified",
  "charity-double",
  "charity-place",
  "charity-closed",
] as const;

const mark = "code:";

/** How a reason of a menu is stored; free words are stored as they are. */
export function reasonCode(
  reason: (typeof reasons)[number] | (typeof charityReasons)[number],
): string {
  return mark + reason;
}

/** A stored reason in the reader's words; empty where there is none. */
export function reasonText(reason: string | undefined, t: Texts): string {
  if (reason === undefined) return "";
  if (!reason.startsWith(mark)) return cleanName(reason, 300);
  const key = `reason.${reason.slice(mark.length)}`;
  return isTextKey(key) ? t(key) : "";
}

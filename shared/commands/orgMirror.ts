import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call } from "./command.ts";
import type { Organization } from "./organizations.ts";

type Shown = FunctionReturnType<typeof api.organizations.show>;

/** What people call it: "espejo". */
export const mirrorNames = ["espejo"] as const;
export const mirrorChoices = ["on", "off"] as const;

/** "on" and "off" in either language; undefined for anything else. */
export function readSwitch(word: string | undefined): boolean | undefined {
  const said = plain(word ?? "");
  if (["on", "yes", "si", "activar"].includes(said)) return true;
  return ["off", "no", "none", "desactivar"].includes(said) ? false : undefined;
}

/** Puts an organization's events among a Discord server's own, or takes them away from there. */
export async function setMirror(call: Call, org: Organization, word?: string): Promise<Message> {
  const { t, plaza, chat } = call;
  const isOn = readSwitch(word);
  if (isOn === undefined) return { lines: [[t("usage", { example: t("usage.org.mirror") })]] };
  const { guildId } = chat;
  await plaza.mutation(api.mirrors.set, {
    orgId: org._id,
    isOn,
    ...(guildId !== undefined && { guildId }),
  });
  const name = cleanName(org.name, 80);
  return { lines: [[t(isOn ? "org.mirror.on" : "org.mirror.off", { name })]] };
}

/** How it stands, for `/org`; nothing where nobody has asked for it. */
export function mirrorLines({ mirrorsEvents, mirrorOffReason }: Shown, { t }: Call): Line[] {
  if (mirrorsEvents) return [labelled(t("org.mirror"), t("org.mirror.yes"))];
  if (mirrorOffReason === undefined) return [];
  return [labelled(t("org.mirror"), t("org.mirror.stopped", { reason: mirrorOffReason }))];
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Line } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { meaningOf } from "../texts/synonyms.ts";
import type { CommandContext } from "./command.ts";
import type { Organization } from "./organizations.ts";
import { reply, type Reply } from "./reply.ts";

type Shown = FunctionReturnType<typeof api.organizations.show>;

export const mirrorChoices = ["on", "off"] as const;

/** "on" is true and "off" false, in either language; undefined for anything else. */
export function readSwitch(typed = ""): boolean | undefined {
  const meaning = meaningOf("switch", typed);
  return meaning && meaning === "on";
}

/** Puts an organization's events among a Discord server's own, or takes them away from there. */
export async function setMirror(
  ctx: CommandContext,
  org: Organization,
  word?: string,
): Promise<Reply> {
  const { t, backend, chat } = ctx;
  const isOn = readSwitch(word);
  if (isOn === undefined)
    return reply({ lines: [[t("usage", { example: t("usage.org.mirror") })]] });
  const { guildId } = chat;
  await backend.mutation(api.scheduledEvents.set, {
    orgId: org._id,
    isOn,
    ...(guildId !== undefined && { guildId }),
  });
  const name = cleanName(org.name, 80);
  return reply({ lines: [[t(isOn ? "org.mirror.on" : "org.mirror.off", { name })]] });
}

/** How it stands, for `/org`; nothing where nobody has asked for it. */
export function mirrorLines(
  { mirrorsEvents, mirrorOffReason }: Shown,
  { t }: CommandContext,
): Line[] {
  if (mirrorsEvents) return [labelled(t("org.mirror"), t("org.mirror.yes"))];
  if (mirrorOffReason === undefined) return [];
  return [labelled(t("org.mirror"), t("org.mirror.stopped", { reason: mirrorOffReason }))];
}

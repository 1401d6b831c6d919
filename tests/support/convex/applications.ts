import { api } from "../../../convex/_generated/api.js";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { makePerson } from "./people.ts";
import { as, type Plaza, rows, settled, startPlaza } from "./plaza.ts";

// People who apply, and who decides about them.

export const moderator = "telegram:801";
export const secondModerator = "discord:802";
export const admin = "telegram:803";

/** A Plaza with two moderators, one in each chat, and an admin. */
export async function plazaWithModerators(): Promise<Plaza> {
  const t = startPlaza();
  const active = { accountStatus: "active" } as const;
  await makePerson(t, { ...active, role: "moderator", chats: [moderator], displayName: "Mo" });
  await makePerson(t, { ...active, role: "moderator", chats: [secondModerator] });
  await makePerson(t, { ...active, role: "admin", chats: [admin], displayName: "Ada" });
  return t;
}

type Written = Partial<(typeof api.applications.submit)["_args"]>;

/** Applies, and lets its cards go on their way; the application. */
export async function applyAs(
  t: Plaza,
  subject: string,
  written: Written = {},
): Promise<Doc<"applications">> {
  const form = { goal: "To learn", motivation: "Curious", name: "Wanda", ...written };
  await as(t, subject).mutation(api.applications.submit, form);
  await settled(t);
  const [, platformUserId] = subject.split(":");
  const made = (await rows(t, "applications")).filter(
    (row) => row.platformUserId === platformUserId && row.status === "pending",
  );
  if (!made[0]) throw new Error("there is no application");
  return made[0];
}

/** Decides, with whatever follows at once. */
export async function decideAs(
  t: Plaza,
  subject: string,
  applicationId: Id<"applications">,
  decision: "approve" | "reject" = "approve",
  reason?: string,
) {
  const decided = await as(t, subject).mutation(api.applications.decide, {
    applicationId,
    decision,
    ...(reason !== undefined && { reason }),
  });
  await settled(t);
  return decided;
}

/** What is owed of one kind, the oldest first. */
export async function owed(
  t: Plaza,
  kind: Doc<"deliveries">["task"]["kind"],
): Promise<Doc<"deliveries">[]> {
  return (await rows(t, "deliveries")).filter(({ task }) => task.kind === kind);
}

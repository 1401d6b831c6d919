import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { texts, type Texts } from "../texts/index.ts";
import { labelled } from "./labelled.ts";
import type { Line, Message, Reader } from "./message.ts";
import { cleanName, cut } from "./names.ts";
import { reasonText } from "./reason.ts";

export type Application = FunctionReturnType<typeof api.applications.pending>["shown"][number];

/** An application for those who decide it; a decided one says by whom and when, without buttons. */
export function applicationCard(application: Application, reader: Reader): Message {
  const t = texts(reader.locale);
  const { _id, status, goal, motivation, otherNames, appliedAt } = application;
  return {
    title: t(`card.title.${status}`, { name: applicant(application) }),
    lines: [
      from(application),
      labelled(t("card.goal"), cut(goal, 280)),
      labelled(t("card.motivation"), cut(motivation, 500)),
      ...(otherNames === undefined ? [] : [labelled(t("card.other"), cleanName(otherNames, 200))]),
      [{ bold: t("card.applied") }, ": ", { time: appliedAt, style: "full" }],
      ...decisionLines(application, t),
    ],
    ...(status === "pending" && {
      buttons: [
        [
          { label: t("button.approve"), action: `+apply|approve|${_id}` },
          { label: t("button.reject"), action: `+apply|why|${_id}` },
        ],
      ],
    }),
  };
}

export function applicant({ name }: Pick<Application, "name">): string {
  return cleanName(name, 64) || "?";
}

function from({ platform, handle }: Application): Line {
  const where = platform === "telegram" ? "Telegram" : "Discord";
  return handle ? [`@${cleanName(handle, 64)} · ${where}`] : [where];
}

/** Who decided, when, and why; nothing while it waits. */
export function decisionLines(
  {
    status,
    reviewerName,
    decidedAt,
    reason,
  }: Pick<Application, "status" | "reviewerName" | "decidedAt" | "reason">,
  t: Texts,
): Line[] {
  if (status === "pending" || decidedAt === undefined) return [];
  const why = reasonText(reason, t);
  const who = reviewerName ? cleanName(reviewerName, 64) : "";
  return [
    [
      { bold: t(`decision.${status}`) },
      ...(who ? [` · ${who}`] : []),
      " · ",
      { time: decidedAt, style: "full" },
    ],
    ...(why ? [labelled(t("card.reason"), why)] : []),
  ];
}

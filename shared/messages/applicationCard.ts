import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { isTextKey, texts, type Texts } from "../texts/index.ts";
import { labelled, type Line, type Message, type Reader } from "./message.ts";
import { cleanName, cut } from "./sanitize.ts";

export type Application = FunctionReturnType<typeof api.applications.pending>["shown"][number];

/**
 * An application for those who decide it; a decided one says by whom and when, without buttons. Of an
 * applicant who has deleted their data only the decision is said.
 */
export function applicationCard(application: Application, reader: Reader): Message {
  const t = texts(reader.locale);
  const { _id, status, goal, motivation, otherNames, appliedAt, isErased } = application;
  const title = t(`card.title.${status}`, { name: applicant(application, t) });
  if (isErased) return { title, lines: decisionLines(application, t) };
  return {
    title,
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

/** The applicant's name; of one who has deleted their data, that they have. */
export function applicant(
  { name, isErased }: Pick<Application, "name" | "isErased">,
  t: Texts,
): string {
  return isErased ? t("card.erased") : cleanName(name, 64) || "?";
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

/** The reasons of the menu, in its order. */
export const reasons = ["unclear", "fit", "double", "full"] as const;

/** The same for charities. */
export const charityReasons = [
  "charity-unverified",
  "charity-double",
  "charity-place",
  "charity-closed",
] as const;

export type ReasonName = (typeof reasons)[number] | (typeof charityReasons)[number];

const mark = "code:";

/** How a reason of a menu is stored; free words are stored as they are. */
export function reasonCode(reason: ReasonName): string {
  return mark + reason;
}

/** A stored reason in the reader's words; empty where there is none. */
export function reasonText(reason: string | undefined, t: Texts): string {
  if (reason === undefined) return "";
  if (!reason.startsWith(mark)) return cleanName(reason, 300);
  const key = `reason.${reason.slice(mark.length)}`;
  return isTextKey(key) ? t(key) : "";
}

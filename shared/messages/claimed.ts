import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import { announcementMessage } from "./announcement.ts";
import { applicationCard } from "./applicationCard.ts";
import { boardMessage, retiredBoard } from "./board.ts";
import { charityCard } from "./charityCard.ts";
import { eventNoticeMessage } from "./eventNotice.ts";
import type { Message, Reader } from "./message.ts";
import { noticeMessage } from "./notice.ts";
import { queueNotice } from "./queue.ts";
import { reportNotice } from "./report.ts";
import { weekMessage } from "./week.ts";

/** What a claim hands to a bot: one piece of work, and for whom. */
export type Claimed = FunctionReturnType<typeof api.deliveries.claim>[number];
export type About = Claimed["about"];
/** What is said, as against what is done (letting somebody in, giving a role). */
export type Said = Extract<
  About,
  {
    do:
      | "announce"
      | "card"
      | "charity"
      | "distribution"
      | "report"
      | "queue"
      | "notice"
      | "event"
      | "board"
      | "retire";
  }
>;

/** Words what is to be said for its reader. */
export function saidMessage(about: Said, reader: Reader): Message {
  switch (about.do) {
    case "announce":
      return announcementMessage(about, reader);
    case "card":
      return applicationCard(about.application, reader);
    case "charity":
      return charityCard(about.charity, reader);
    case "distribution":
      return weekMessage(about.week, reader);
    case "queue":
      return queueNotice(about.notice, reader);
    case "report":
      return reportNotice(about.report, reader);
    case "notice":
      return noticeMessage(about.notice, reader);
    case "event":
      return eventNoticeMessage(about, reader);
    case "board":
      return boardMessage(about.board, reader);
    case "retire":
      return retiredBoard(about.view, reader);
  }
}

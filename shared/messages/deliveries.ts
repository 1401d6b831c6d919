import { announcementMessage } from "./announcement.ts";
import { applicationCard } from "./applicationCard.ts";
import { boardMessage, retiredBoard } from "./board.ts";
import { charityCard } from "./charityCard.ts";
import { eventNoticeMessage } from "./eventNotice.ts";
import type { DeliveryPayload, PayloadKind, PayloadOf } from "./leased.ts";
import type { Message, Reader } from "./message.ts";
import { noticeMessage } from "./notice.ts";
import { queueNotice } from "./queue.ts";
import { reportNotice } from "./report.ts";
import { weekMessage } from "./week.ts";

// How each delivery kind that is a message is worded. What else a platform does (admit, role,
// scheduled event) is in `bots/<platform>/send.ts`.

type Renderer<Kind extends PayloadKind> = {
  render: (payload: PayloadOf<Kind>, reader: Reader) => Message;
  /** The message is a synced object: it is not edited where it renders the same. */
  isSynced?: boolean;
  /** What happens to its pin when it is posted or edited. */
  pin?: "pinned" | "unpinned";
};

export const renderers = {
  announce: { render: announcementMessage },
  card: { render: ({ application }, reader) => applicationCard(application, reader) },
  charity: { render: ({ charity }, reader) => charityCard(charity, reader) },
  distribution: { render: ({ week }, reader) => weekMessage(week, reader) },
  queue: { render: ({ notice }, reader) => queueNotice(notice, reader) },
  report: { render: ({ report }, reader) => reportNotice(report, reader) },
  notice: { render: ({ notice }, reader) => noticeMessage(notice, reader) },
  event: { render: eventNoticeMessage },
  board: {
    render: ({ board }, reader) => boardMessage(board, reader),
    isSynced: true,
    pin: "pinned",
  },
  retire: { render: ({ view }, reader) => retiredBoard(view, reader), pin: "unpinned" },
} satisfies { [Kind in PayloadKind]?: Renderer<Kind> };

export type MessageKind = keyof typeof renderers;
export type MessagePayload = PayloadOf<MessageKind>;
/** What a platform does that is no message. */
export type ActionKind = Exclude<PayloadKind, MessageKind>;

export function isMessage(payload: DeliveryPayload): payload is MessagePayload {
  return payload.kind in renderers;
}

export type RenderedDelivery = { message: Message } & Pick<
  Renderer<PayloadKind>,
  "isSynced" | "pin"
>;

/** Words a delivery for its reader. */
export function renderDelivery(payload: MessagePayload, reader: Reader): RenderedDelivery {
  // One shape stands for all: the map's type has checked each renderer against its payload.
  const renderer = renderers[payload.kind] as Renderer<MessageKind>;
  const { render, ...how } = renderer;
  return { message: render(payload, reader), ...how };
}

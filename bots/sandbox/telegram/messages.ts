import type { Message } from "@grammyjs/types";
import { botShown, chatShown, userShown } from "./chats.ts";
import type { Kept, World, ChatState } from "./world.ts";

// A long run must not fill the memory: older messages are as good as scrolled away.
const MOST_PER_CHAT = 500;

export type Draft = {
  /** Absent for the bot. */
  from?: NonNullable<ChatState["person"]>;
  body: Partial<Message>;
  thread?: number | undefined;
  replyTo?: Kept | undefined;
};

/** Puts a message into a chat's history. Telling others of it is the caller's part. */
export function keep(world: World, chat: ChatState, draft: Draft): Kept {
  const at = world.now();
  const { from, replyTo, thread } = draft;
  const shown = chatShown(chat);
  const message: Message = {
    message_id: chat.nextMessageId++,
    // A channel speaks for itself; its posts do not say who wrote them.
    ...(chat.type === "channel"
      ? { sender_chat: shown }
      : { from: from ? userShown(from) : botShown(world) }),
    chat: shown,
    date: Math.floor(at / 1000),
    ...(thread === undefined ? {} : { message_thread_id: thread, is_topic_message: true }),
    ...replyShown(chat, shown, thread, replyTo),
    ...draft.body,
  };
  const kept: Kept = {
    chat,
    message,
    from: from?.key ?? "plaza",
    at,
    ...(thread === undefined ? {} : { thread }),
    ...(replyTo === undefined ? {} : { replyTo: replyTo.message.message_id }),
  };
  chat.messages.set(message.message_id, kept);
  while (chat.messages.size > MOST_PER_CHAT) chat.messages.delete(chat.oldestMessageId++);
  return kept;
}

function replyShown(
  chat: ChatState,
  shown: Message["chat"],
  thread: number | undefined,
  replyTo: Kept | undefined,
): Pick<Message, "reply_to_message"> {
  if (replyTo) return replyingTo(replyTo.message);
  if (thread === undefined) return {};
  // In a topic every message that answers nothing else answers the one that opened the topic.
  return replyingTo({
    message_id: thread,
    message_thread_id: thread,
    is_topic_message: true,
    chat: shown,
    date: 1,
    forum_topic_created: { name: chat.topics.get(thread) ?? "", icon_color: 0x6fb9f0 },
  });
}

function replyingTo(message: Message): Pick<Message, "reply_to_message"> {
  const bare = { ...message };
  delete bare.reply_to_message;
  return answersNothing(bare) ? { reply_to_message: bare } : {};
}

/** Telegram shows one step back only. */
function answersNothing(message: Message): message is NonNullable<Message["reply_to_message"]> {
  return message.reply_to_message === undefined;
}

/** A message that is still there. */
export function present(chat: ChatState, id: number | undefined): Kept | undefined {
  const kept = id === undefined ? undefined : chat.messages.get(id);
  return kept?.deleted ? undefined : kept;
}

/** The bot sends: the message is kept, those who wait see it, and it is typing no more. */
export function post(world: World, chat: ChatState, draft: Omit<Draft, "from">): Kept {
  const kept = keep(world, chat, draft);
  delete chat.typing;
  world.waiting.saw(kept);
  world.changed();
  return kept;
}

/** The bot changes a message of its own. */
export function change(world: World, kept: Kept, message: Message): Message {
  kept.edited = world.now();
  kept.message = { ...message, edit_date: Math.floor(kept.edited / 1000) };
  world.waiting.saw(kept);
  world.changed();
  return kept.message;
}

export function remove(world: World, kept: Kept): void {
  kept.deleted = true;
  kept.chat.pinned.delete(kept.message.message_id);
  world.waiting.saw(kept);
  world.changed();
}

import type { InlineKeyboardButton, Message } from "@grammyjs/types";
import { botShown, chatShown, type Spot, spotOf, userShown } from "./chats.ts";
import type { TranscriptMessage } from "../contract.ts";
import { fileUrl } from "./files.ts";
import type { ChatState, ShelvedFile, StoredMessage, World } from "./world.ts";

// A long run must not fill the memory: the oldest are dropped.
const MAX_MESSAGES_PER_CHAT = 500;

type Draft = {
  /** Absent for the bot. */
  from?: NonNullable<ChatState["person"]>;
  body: Partial<Message>;
  thread?: number | undefined;
  replyTo?: StoredMessage | undefined;
};

/** Puts a message into a chat's history. The caller notifies the bot and waiters. */
export function keep(world: World, chat: ChatState, draft: Draft): StoredMessage {
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
  const kept: StoredMessage = {
    chat,
    message,
    from: from?.key ?? "plaza",
    at,
    ...(thread === undefined ? {} : { thread }),
    ...(replyTo === undefined ? {} : { replyTo: replyTo.message.message_id }),
  };
  chat.messages.set(message.message_id, kept);
  while (chat.messages.size > MAX_MESSAGES_PER_CHAT) chat.messages.delete(chat.oldestMessageId++);
  return kept;
}

function replyShown(
  chat: ChatState,
  shown: Message["chat"],
  thread: number | undefined,
  replyTo: StoredMessage | undefined,
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
export function present(chat: ChatState, id: number | undefined): StoredMessage | undefined {
  const kept = id === undefined ? undefined : chat.messages.get(id);
  return kept?.deleted ? undefined : kept;
}

/** The bot sends: the message is kept, those who wait see it, and it is typing no more. */
export function post(world: World, chat: ChatState, draft: Omit<Draft, "from">): StoredMessage {
  const kept = keep(world, chat, draft);
  delete chat.typing;
  world.waiting.saw(kept);
  world.changed();
  return kept;
}

/** Edits a message of the bot. */
export function change(world: World, kept: StoredMessage, message: Message): Message {
  kept.edited = world.now();
  kept.message = { ...message, edit_date: Math.floor(kept.edited / 1000) };
  world.waiting.saw(kept);
  world.changed();
  return kept.message;
}

export function remove(world: World, kept: StoredMessage): void {
  kept.deleted = true;
  kept.chat.pinned.delete(kept.message.message_id);
  world.waiting.saw(kept);
  world.changed();
}

type Query = { in: string; as: string };

/** What a person sees in a place, oldest first. */
export function transcript(world: World, query: Query): TranscriptMessage[] {
  const spot = seenSpot(world, query);
  if (!spot) return [];
  return [...spot.chat.messages.values()]
    .filter((kept) => kept.thread === spot.thread)
    .map((kept) => messageShown(world, kept));
}

export function isTyping(world: World, query: Query): boolean {
  const spot = seenSpot(world, query);
  const typing = spot?.chat.typing;
  return typing !== undefined && typing.thread === spot?.thread && typing.until > world.now();
}

function seenSpot(world: World, query: Query): Spot | undefined {
  const person = world.personByKey.get(query.as);
  const spot = spotOf(world, query.in, person);
  return person && spot?.chat.outsiders.has(person.telegramId) === false ? spot : undefined;
}

/** A message in the common form of the contract. */
export function messageShown(world: World, kept: StoredMessage): TranscriptMessage {
  const { message } = kept;
  const entities = message.entities ?? message.caption_entities;
  const rows = message.reply_markup?.inline_keyboard;
  const photo = world.shelf.get(message.photo?.at(-1)?.file_id ?? "");
  const document = world.shelf.get(message.document?.file_id ?? "");
  return {
    id: String(message.message_id),
    from: kept.from,
    at: kept.at,
    text: message.text ?? message.caption ?? "",
    ...(entities && { entities }),
    ...(rows && { buttons: rows.map((row) => row.map(buttonShown)) }),
    ...(photo && { photo: fileUrl(world, photo) }),
    ...(photo?.bytes && {
      picture: { url: fileUrl(world, photo), alt: message.caption ?? "" },
    }),
    ...(document && { files: [fileShown(world, document)] }),
    ...(kept.edited !== undefined && { edited: kept.edited }),
    ...(kept.deleted && { deleted: true }),
  };
}

function buttonShown(button: InlineKeyboardButton): { label: string; url?: string; copy?: string } {
  return {
    label: button.text,
    ...("url" in button && { url: button.url }),
    ...("copy_text" in button && { copy: button.copy_text.text }),
  };
}

function fileShown(world: World, file: ShelvedFile) {
  return { name: file.name, mime: file.mime, size: file.size, url: fileUrl(world, file) };
}

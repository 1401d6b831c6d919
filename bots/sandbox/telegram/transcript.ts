import type { InlineKeyboardButton } from "@grammyjs/types";
import type { TranscriptMessage } from "../contract.ts";
import { type Spot, spotOf } from "./chats.ts";
import { fileUrl } from "./downloads.ts";
import type { ShelvedFile } from "./files.ts";
import type { Kept, World } from "./world.ts";

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

/** One message in the words all emulators share. */
export function messageShown(world: World, kept: Kept): TranscriptMessage {
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

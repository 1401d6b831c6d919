import {
  type APIAttachment,
  type APIEmbed,
  type APIMessageComponent,
  ComponentType as Type,
  MessageFlags,
} from "discord-api-types/v10";
import type { Person, TranscriptMessage } from "../contract.ts";
import { COMPONENT, TIME } from "./limits.ts";
import type { Channel, Stored, World } from "./world.ts";

/** What one person sees in a channel, oldest first. */
export function transcriptOf(channel: Channel, person: Person): TranscriptMessage[] {
  const seen: TranscriptMessage[] = [];
  for (const stored of channel.messages.values()) {
    if (canSee(stored, person.key) && !isLoading(stored)) seen.push(show(stored));
  }
  return seen;
}

export function canSee(stored: Stored, key: string): boolean {
  return stored.onlyFor === undefined || stored.onlyFor === key;
}

export function isLoading(stored: Stored): boolean {
  return (stored.message.flags & MessageFlags.Loading) !== 0;
}

/** Whether the bot seems busy to this person: it types, or "is thinking" about an answer. */
export function seemsBusy(world: World, channel: Channel, person: Person): boolean {
  const now = world.now();
  if (channel.typingUntil > now) return true;
  for (const stored of channel.thinking) {
    if (canSee(stored, person.key) && now - stored.at < TIME.token) return true;
  }
  return false;
}

/** One message in the words the page and the tests share. */
export function show(stored: Stored): TranscriptMessage {
  const { message } = stored;
  const shown: TranscriptMessage = {
    id: message.id,
    from: stored.from,
    at: stored.at,
    text: message.content,
  };
  if (stored.onlyFor !== undefined) shown.ephemeral = true;
  if (stored.edited !== undefined) shown.edited = stored.edited;
  if (stored.deleted) return { ...shown, text: "", deleted: true };
  if (message.embeds.length > 0)
    shown.embeds = message.embeds.map((embed) => showEmbed(embed, stored.attachments));
  const sent = stored.attachments.find((file) => file.content_type?.startsWith("image/"));
  if (sent) shown.picture = { url: sent.url, alt: sent.description ?? "" };
  for (const component of message.components ?? []) addComponent(shown, component);
  if (message.attachments.length > 0) {
    shown.files = message.attachments.map((file) => ({
      name: file.filename,
      mime: file.content_type ?? "application/octet-stream",
      size: file.size,
      url: file.url,
    }));
  }
  return shown;
}

function showEmbed(
  embed: APIEmbed,
  files: APIAttachment[],
): NonNullable<TranscriptMessage["embeds"]>[number] {
  const { title, url, description, color, image, fields, footer } = embed;
  const picture = image ?? embed.thumbnail;
  const alt = files.find((file) => file.url === picture?.url)?.description;
  return {
    ...(title && { title }),
    ...(url && { url }),
    ...(description && { description }),
    ...(color !== undefined && color !== null && { color }),
    ...(picture && { image: picture.url }),
    ...(alt !== undefined && { alt }),
    ...(fields?.length && { fields: fields.map(({ name, value }) => ({ name, value })) }),
    ...(footer && { footer: footer.text }),
  };
}

function addComponent(shown: TranscriptMessage, component: APIMessageComponent): void {
  if (component.type === Type.ActionRow) {
    const buttons = component.components.filter((one) => one.type === Type.Button);
    if (buttons.length > 0) (shown.buttons ??= []).push(buttons.map(showButton));
    for (const menu of component.components) {
      if (menu.type !== Type.StringSelect) continue;
      const options = menu.options.map(({ label, value }) => ({ label, value }));
      const { placeholder } = menu;
      (shown.menus ??= []).push({
        id: menu.custom_id,
        ...(placeholder !== undefined && { placeholder }),
        options,
      });
    }
  } else if (component.type === Type.TextDisplay) {
    shown.text += (shown.text === "" ? "" : "\n") + component.content;
  } else if (component.type === Type.Container || component.type === Type.Section) {
    for (const inner of component.components) addComponent(shown, inner);
    if (component.type === Type.Section && component.accessory.type === Type.Button) {
      (shown.buttons ??= []).push([showButton(component.accessory)]);
    }
  }
}

type AnyButton = Extract<APIMessageComponent, { type: Type.Button }>;

/** What a person would call the button. */
export function labelOf(button: AnyButton): string {
  if (!("label" in button || "emoji" in button)) return "";
  const label = "label" in button ? button.label : undefined;
  const emoji = "emoji" in button ? button.emoji?.name : undefined;
  return (label ?? emoji ?? "").slice(0, COMPONENT.label);
}

function showButton(button: AnyButton) {
  return {
    label: labelOf(button),
    ...("url" in button && { url: button.url }),
    ...(button.disabled === true && { disabled: true }),
  };
}

import type { MessageEntity } from "@grammyjs/types";
import { finalEntities } from "./findEntities.ts";
import { badRequest, isRecord, jsonParam, type Params, textParam } from "./params.ts";

export type Written = { text: string; entities?: MessageEntity[] };

/** The text or caption of a request with its entities, checked and trimmed as Telegram does. */
export function writtenParam(
  params: Params,
  name: "text" | "caption",
  maxLength: number,
): Written | undefined {
  const raw = textParam(params, name);
  if (textParam(params, "parse_mode")) return badRequest("unsupported parse_mode");
  if (raw === undefined) return undefined;
  const entities = entitiesParam(params, name === "text" ? "entities" : "caption_entities", raw);
  const written = withFound(trimmed(raw, entities));
  if (written.text.length > maxLength) {
    return badRequest(name === "text" ? "message is too long" : "message caption is too long");
  }
  return written;
}

function withFound({ text, entities = [] }: Written): Written {
  const all = finalEntities(text, entities);
  return all.length > 0 ? { text, entities: all } : { text };
}

function entitiesParam(params: Params, name: string, text: string): MessageEntity[] {
  const given = jsonParam(params, name);
  if (given === undefined) return [];
  if (!Array.isArray(given)) return badRequest(`can't parse ${name} JSON object`);
  return given.filter((entity) => isEntity(entity, text));
}

const TYPES = new Set(
  (
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough " +
    "spoiler blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time"
  ).split(" "),
);

/** Refuses an entity that does not fit `text`. */
function isEntity(entity: unknown, text: string): entity is MessageEntity {
  if (!isRecord(entity)) return badRequest("can't parse MessageEntity: expected an Object");
  const { type, offset, length } = entity;
  if (typeof offset !== "number" || typeof length !== "number") {
    return badRequest(`can't parse MessageEntity: Field "offset" must be of type Number`);
  }
  if (typeof type !== "string" || !TYPES.has(type)) {
    return badRequest("can't parse MessageEntity: Unsupported type specified");
  }
  if (offset < 0 || length <= 0 || offset >= text.length) {
    badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`);
  }
  const end = offset + length;
  if (end > text.length) {
    badRequest(
      `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`,
    );
  }
  if (splitsPair(text, offset)) {
    badRequest(`entity begins in a middle of a UTF-16 symbol at UTF-16 offset ${offset}`);
  }
  if (splitsPair(text, end)) {
    badRequest(
      `entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol at UTF-16 offset ${end}`,
    );
  }
  if (type === "text_link") {
    const url = textParam(entity, "url") ?? "";
    const fault = urlFault(url);
    if (fault) badRequest(`entity URL '${url}' is invalid: ${fault}`);
  }
  return true;
}

/** Whether a cut at `index` would leave half a character on each side. */
function splitsPair(text: string, index: number): boolean {
  const point = text.codePointAt(index - 1);
  return index > 0 && index < text.length && point !== undefined && point > 0xffff;
}

function trimmed(raw: string, entities: MessageEntity[]): Written {
  const text = raw.trim();
  if (entities.length === 0) return { text };
  if (text.length === raw.length) return { text, entities };
  const cut = raw.length - raw.trimStart().length;
  const moved = entities.flatMap((entity) => {
    const offset = Math.max(0, entity.offset - cut);
    const end = Math.min(text.length, entity.offset + entity.length - cut);
    return end > offset ? [{ ...entity, offset, length: end - offset }] : [];
  });
  return moved.length > 0 ? { text, entities: moved } : { text };
}

// Telegram takes no address without a dot in its host. The sandbox's own pages are on 127.0.0.1,
// so the emulator lets that one pass.
const LOCAL = /^(localhost|127\.0\.0\.1)$/;

/** Telegram's error for an address of a link or a button; undefined for a valid one. */
export function urlFault(url: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "tg" || scheme === "ton" || scheme === "tonsite") return undefined;
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return "Unsupported URL protocol";
  }
  const full = scheme === undefined ? `http://${url}` : url;
  if (/\s/.test(url) || !URL.canParse(full)) return "Wrong HTTP URL";
  const { hostname } = new URL(full);
  return hostname.includes(".") || LOCAL.test(hostname) ? undefined : "Wrong HTTP URL";
}

import { FormattedString } from "@grammyjs/parse-mode";
import type { MessageEntity } from "grammy/types";

/**
 * Joins formatted texts. The library's own join copies and sorts all entities again with every
 * piece: half of what a long list cost.
 */
export function joined(pieces: readonly FormattedString[], separator: string): FormattedString {
  let text = "";
  const entities: MessageEntity[] = [];
  for (const [index, { rawText, rawEntities }] of pieces.entries()) {
    if (index > 0) text += separator;
    for (const entity of rawEntities)
      entities.push({ ...entity, offset: text.length + entity.offset });
    text += rawText;
  }
  return new FormattedString(text, entities);
}

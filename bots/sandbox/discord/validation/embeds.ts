import { type APIEmbed, EmbedType } from "discord-api-types/v10";
import { EMBED, MESSAGE } from "../limits.ts";
import type { Issue } from "../refusal.ts";
import {
  checkInteger,
  checkText,
  checkUrl,
  isFields,
  type Path,
  readFields,
  readList,
} from "./fields.ts";

const WEB = ["http", "https"];
const PICTURE = ["http", "https", "attachment"];

/** Checks a message's embeds and gives them back as the API stores them. */
export function readEmbeds(issues: Issue[], value: unknown): APIEmbed[] {
  const list = readList(issues, ["embeds"], value, { max: MESSAGE.embeds });
  let total = 0;
  const embeds = list.map((one, index) => {
    const path = ["embeds", index];
    const embed = readFields(issues, path, one);
    total += checkEmbed(issues, path, embed);
    return { ...embed, type: EmbedType.Rich };
  });
  if (total > EMBED.total) {
    const message = `Embed size exceeds maximum size of ${EMBED.total}`;
    issues.push({ path: ["embeds"], code: "MAX_EMBED_SIZE_EXCEEDED", message });
  }
  return embeds;
}

const lengthOf = (value: unknown) => (typeof value === "string" ? value.length : 0);

function checkEmbed(issues: Issue[], path: Path, embed: Record<string, unknown>): number {
  checkText(issues, [...path, "title"], embed["title"], { max: EMBED.title });
  checkText(issues, [...path, "description"], embed["description"], { max: EMBED.description });
  checkInteger(issues, [...path, "color"], embed["color"], { max: 0xffffff });
  checkUrl(issues, [...path, "url"], embed["url"], WEB);
  checkTime(issues, [...path, "timestamp"], embed["timestamp"]);
  for (const key of ["image", "thumbnail"]) {
    const picture = embed[key];
    if (picture === undefined || picture === null) continue;
    const { url } = readFields(issues, [...path, key], picture);
    checkText(issues, [...path, key, "url"], url, { max: 2048, required: true });
    checkUrl(issues, [...path, key, "url"], url, PICTURE);
  }
  const footer = part(issues, [...path, "footer"], embed["footer"], "text", EMBED.footer);
  const author = part(issues, [...path, "author"], embed["author"], "name", EMBED.author);
  const fields = checkEmbedFields(issues, [...path, "fields"], embed["fields"]);
  return lengthOf(embed["title"]) + lengthOf(embed["description"]) + footer + author + fields;
}

function checkTime(issues: Issue[], path: Path, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value === "string" && !Number.isNaN(Date.parse(value))) return;
  const message = `Could not parse ${JSON.stringify(value)}. Should be ISO8601.`;
  issues.push({ path, code: "DATE_TIME_TYPE_PARSE", message });
}

function part(issues: Issue[], path: Path, value: unknown, key: string, max: number): number {
  if (value === undefined || value === null) return 0;
  const text = readFields(issues, path, value)[key];
  checkText(issues, [...path, key], text, { max, required: true });
  return lengthOf(text);
}

function checkEmbedFields(issues: Issue[], path: Path, value: unknown): number {
  const list = readList(issues, path, value, { max: EMBED.fields });
  let length = 0;
  for (const [index, one] of list.entries()) {
    const field = isFields(one) ? one : readFields(issues, [...path, index], one);
    const name = { max: EMBED.fieldName, required: true };
    checkText(issues, [...path, index, "name"], field["name"], name);
    const text = { max: EMBED.fieldValue, required: true };
    checkText(issues, [...path, index, "value"], field["value"], text);
    length += lengthOf(field["name"]) + lengthOf(field["value"]);
  }
  return length;
}

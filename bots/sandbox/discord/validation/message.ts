import {
  AllowedMentionsTypes as Kind,
  type APIAllowedMentions,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  EmbedType,
  MessageFlags,
} from "discord-api-types/v10";
import { EMBED, MESSAGE } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import type { Upload } from "../wire/body.ts";
import { readComponents } from "./components.ts";
import {
  asText,
  checkInteger,
  checkOneOf,
  checkText,
  checkUrl,
  type Fields,
  isFields,
  type Path,
  readFields,
  readList,
} from "./fields.ts";

/**
 * A message as the bot asked for it. Fields that were not sent are undefined: an edit leaves them
 * alone.
 */
export type Draft = {
  content?: string;
  embeds?: APIEmbed[];
  components?: APIMessageTopLevelComponent[];
  flags: number;
  nonce?: string;
  enforceNonce: boolean;
  allowedMentions?: APIAllowedMentions;
  replyTo?: { id: string; mustExist: boolean };
  attachments?: NamedFile[];
  uploads: Upload[];
};

export type NamedFile = { id: string; description?: string; filename?: string };

/** Checks everything a message may carry; throws 50035 with all that is wrong. */
export function readMessage(body: unknown, uploads: Upload[], before = 0): Draft {
  const issues: Issue[] = [];
  const fields = readFields(issues, [], body);
  checkInteger(issues, ["flags"], fields["flags"], { max: 2 ** 31 });
  const flags = Number(fields["flags"] ?? 0) | before;
  const v2 = (flags & MessageFlags.IsComponentsV2) !== 0;
  const draft: Draft = { flags, enforceNonce: fields["enforce_nonce"] === true, uploads };

  checkText(issues, ["content"], fields["content"], { max: MESSAGE.content });
  if (fields["content"] !== undefined) draft.content = asText(fields["content"]);
  if (fields["embeds"] !== undefined) draft.embeds = readEmbeds(issues, fields["embeds"]);
  if (fields["components"] !== undefined) {
    draft.components = readComponents(issues, fields["components"], v2);
  }
  if (v2) refuseOldParts(issues, draft);
  const mentions = readMentions(issues, fields["allowed_mentions"]);
  if (mentions) draft.allowedMentions = mentions;
  readNonce(issues, draft, fields["nonce"]);
  readReference(draft, fields["message_reference"]);
  if (fields["attachments"] !== undefined) {
    draft.attachments = readAttachments(issues, fields["attachments"]);
  }
  if (uploads.length > MESSAGE.files) {
    const message = `Must be ${MESSAGE.files} or fewer in length.`;
    issues.push({ path: ["attachments"], code: "BASE_TYPE_MAX_LENGTH", message });
  }
  if (issues.length > 0) throw invalidForm(issues);
  return draft;
}

function refuseOldParts(issues: Issue[], draft: Draft): void {
  for (const key of ["content", "embeds"] as const) {
    if ((draft[key]?.length ?? 0) === 0) continue;
    const message = `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    issues.push({
      path: [key],
      code: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
      message,
    });
  }
}

function readNonce(issues: Issue[], draft: Draft, nonce: unknown): void {
  if (nonce === undefined || nonce === null) return;
  if (typeof nonce !== "number") checkText(issues, ["nonce"], nonce, { max: MESSAGE.nonce });
  draft.nonce = asText(nonce);
}

function readReference(draft: Draft, reference: unknown): void {
  if (!isFields(reference) || typeof reference["message_id"] !== "string") return;
  const mustExist = reference["fail_if_not_exists"] !== false;
  draft.replyTo = { id: reference["message_id"], mustExist };
}

function readAttachments(issues: Issue[], value: unknown): NamedFile[] {
  const list = readList(issues, ["attachments"], value, { max: MESSAGE.files });
  return list.map((one, index) => {
    const file: Fields = readFields(issues, ["attachments", index], one);
    const { alt, fileName } = MESSAGE;
    checkText(issues, ["attachments", index, "description"], file["description"], { max: alt });
    checkText(issues, ["attachments", index, "filename"], file["filename"], { max: fileName });
    const named: NamedFile = { id: asText(file["id"]) };
    if (typeof file["description"] === "string") named.description = file["description"];
    if (typeof file["filename"] === "string") named.filename = file["filename"];
    return named;
  });
}

const WEB = ["http", "https"];
const PICTURE = ["http", "https", "attachment"];

/** Checks a message's embeds and gives them back as the API stores them. */
function readEmbeds(issues: Issue[], value: unknown): APIEmbed[] {
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

const KINDS = ["roles", "users", "everyone"];

/** Checks `allowed_mentions`; naming ids and allowing all of the same kind exclude each other. */
function readMentions(issues: Issue[], value: unknown): APIAllowedMentions | undefined {
  if (value === undefined || value === null) return undefined;
  const path = ["allowed_mentions"];
  const mentions = readFields(issues, path, value);
  const parse = readList(issues, [...path, "parse"], mentions["parse"], { max: 3 });
  for (const [index, kind] of parse.entries()) {
    checkOneOf(issues, [...path, "parse", index], kind, KINDS);
  }
  for (const kind of ["users", "roles"]) {
    const ids = readList(issues, [...path, kind], mentions[kind], { max: 100 });
    if (ids.length > 0 && parse.includes(kind)) {
      const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
      issues.push({ path, code: "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message });
    }
  }
  return mentions;
}

/** Whether a user's mention in the text really notifies that user. */
export function mayMention(allowed: APIAllowedMentions | undefined, userId: string): boolean {
  if (!allowed) return true;
  const all = allowed.parse?.some((kind) => kind === Kind.User) ?? false;
  return all || (allowed.users?.includes(userId) ?? false);
}

import {
  type APIAllowedMentions,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  MessageFlags,
} from "discord-api-types/v10";
import { MESSAGE } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import type { Upload } from "../wire/body.ts";
import { readComponents } from "./components.ts";
import { readEmbeds } from "./embeds.ts";
import {
  asText,
  checkInteger,
  checkText,
  isFields,
  type Fields,
  readFields,
  readList,
} from "./fields.ts";
import { readMentions } from "./mentions.ts";

/** A message as the bot asked for it. What was not named is undefined: an edit leaves it alone. */
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

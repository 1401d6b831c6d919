import { type APIAllowedMentions, AllowedMentionsTypes as Kind } from "discord-api-types/v10";
import type { Issue } from "../refusal.ts";
import { checkOneOf, readFields, readList } from "./fields.ts";

const KINDS = ["roles", "users", "everyone"];

/** Checks `allowed_mentions`; naming ids and allowing all of the same kind exclude each other. */
export function readMentions(issues: Issue[], value: unknown): APIAllowedMentions | undefined {
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

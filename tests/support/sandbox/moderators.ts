import type { Act, TranscriptMessage } from "../../../bots/sandbox/contract.ts";
import type { Sandbox } from "../../../bots/sandbox/server/sandbox.ts";
import type { Platform } from "../../../shared/identity.ts";
import { type TextKey, texts } from "../../../shared/texts/index.ts";
import { labelsOf, wordsOf } from "./sandbox.ts";

// Two moderators who decide as fast as they can, each in one chat: by the buttons of a card where
// one is out, and by name where none is.

export type Moderator = { key: string; name: string; platform: Platform; locale: "en" | "es" };
export type Wish = "approve" | "reject";
/** Whose application, how it is to be decided, and why. */
export type Case = { name: string; applicationId: string; action: Wish; reason: string };
export const statusOf = ({ action }: Case) => (action === "approve" ? "approved" : "rejected");
export type Said = "done" | "already" | "nothing";

/** In Discord an answer that takes longer never comes. */
const waitMs = { telegram: 5_000, discord: 3_000 };

/** What a moderator was told of a case they tried to decide. */
export async function decide(sandbox: Sandbox, by: Moderator, one: Case): Promise<Said> {
  const said = await tried(sandbox, by, one);
  const t = texts(by.locale);
  const words = `${said.toast ?? ""}\n${(said.messages ?? []).map(wordsOf).join("\n")}`;
  const has = (key: TextKey) => words.includes(t(key, { name: one.name }));
  if (has("done.approve") || has("done.reject")) return "done";
  if (has("decide.already")) return "already";
  return "nothing";
}

type Heard = { toast?: string; messages?: TranscriptMessage[] };

async function tried(sandbox: Sandbox, by: Moderator, one: Case): Promise<Heard> {
  const card = cardOf(sandbox, by, one.name);
  if (!card) return await byName(sandbox, by, one);
  if (one.action === "approve") return await press(sandbox, by, card.id, "button.approve");
  // The menu of reasons would be one more message to a group that Telegram gives twenty a minute.
  if (by.platform === "telegram") return await byName(sandbox, by, one);
  const asked = await press(sandbox, by, card.id, "button.reject");
  const menu = asked.messages?.findLast((message) => labelsOf(message).length > 2);
  return menu ? await press(sandbox, by, menu.id, "reason.unclear") : asked;
}

function cardOf(sandbox: Sandbox, { platform, key }: Moderator, name: string) {
  return cardsOf(sandbox, platform, key).find(
    (message) => labelsOf(message).length > 0 && wordsOf(message).includes(name),
  );
}

/** The cards in the moderators' chat. */
export function cardsOf(sandbox: Sandbox, platform: Platform, as = "leo"): TranscriptMessage[] {
  return sandbox[platform]
    .transcript({ in: "moderators", as })
    .filter((message) => message.from === "plaza" && wordsOf(message).includes("Motivation"));
}

async function press(
  sandbox: Sandbox,
  by: Moderator,
  message: string,
  label: TextKey,
): Promise<Heard> {
  // Cards are in the language of their chat, menus in that of who pressed.
  for (const locale of ["en", by.locale] as const) {
    const button = texts(locale)(label);
    const act: Act = { as: by.key, in: "moderators", do: "click", message, button };
    const answer = await sandbox[by.platform].act(act, waitMs[by.platform]);
    if (answer.ok) return answer;
  }
  return {};
}

async function byName(sandbox: Sandbox, by: Moderator, one: Case): Promise<Heard> {
  const { name, applicationId, action, reason } = one;
  const say = { as: by.key, in: "dm" };
  const act: Act =
    by.platform === "telegram"
      ? { ...say, do: "say", text: `/${action} ${name} ${action === "reject" ? reason : ""}` }
      : {
          ...say,
          do: "command",
          name: action,
          options: { who: applicationId, ...(action === "reject" && { reason }) },
        };
  const answer = await sandbox[by.platform].act(act, waitMs[by.platform]);
  return answer.ok ? answer : {};
}

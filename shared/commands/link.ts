import { api } from "../../convex/_generated/api.js";
import { hashOf, isLinkCode } from "../linkCode.ts";
import { isSafeLink } from "../links.ts";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import type { Call, Command } from "./command.ts";

// One person, two chats: tying a chat account to a person, and taking it out again.

export const link: Command = {
  name: "link",
  describe: "command.link",
  for: "anyone",
  isPrivate: true,
  where: "private",
  options: [],
  run: async (call) => await askToLink(call),
};

async function askToLink(call: Call): Promise<Message> {
  const { t, plaza, person } = call;
  const begun = await plaza.action(api.links.begin, {
    name: person?.name ?? "",
    ...(person?.handle !== undefined && { handle: person.handle }),
  });
  if (begun.linked) return { lines: [[t("link.done", { as: begun.as })]], isPrivate: true };
  const { code, pageUrl = pageOf(call, code) } = begun;
  if (pageUrl === undefined) return { lines: [[t("refusal.no-linking")]], isPrivate: true };
  return {
    title: t("link.title"),
    lines: [[t("link.how")], ...addressOf(call, pageUrl), [t("link.here")], [sendThis(call, code)]],
    buttons: [[pageButton(call, pageUrl)]],
    isPrivate: true,
  };
}

/** The deployment may not know its own address; the bot does. */
function pageOf({ plaza }: Call, code: string): string | undefined {
  return plaza.siteUrl === undefined ? undefined : `${plaza.siteUrl}/link#${code}`;
}

function pageButton({ t }: Call, url: string): Button {
  return { label: t("link.button.page"), url };
}

/** An address that cannot be a button, as on one's own machine, is written out. */
function addressOf({ t }: Call, url: string): Line[] {
  return isSafeLink(url) ? [] : [[t("link.page"), " ", { code: url }]];
}

function sendThis({ chat }: Call, code: string) {
  return { code: chat.platform === "discord" ? `/start code:${code}` : `/start ${code}` };
}

/** `/start CODE`: what has become of a code of this chat, and how to go on. */
export async function startCode(call: Call, code: string): Promise<Message> {
  const { t, plaza, person, chat } = call;
  // Others would read along: a code in a group is everybody's.
  if (chat.kind !== "private") return { lines: [[t("refusal.private-only")]], isPrivate: true };
  if (!isLinkCode(code)) return { lines: [[t("refusal.code-unknown")]], isPrivate: true };
  const found = await plaza.mutation(api.links.lookAtCode, { hash: await hashOf(code) });
  if (found.state === "refused")
    return { lines: [[t(`refusal.${found.refused}`)]], isPrivate: true };
  if (found.state === "waiting") {
    const url = found.page === undefined ? pageOf(call, code) : `${found.page}#${code}`;
    return {
      lines: [[t("link.waiting")], ...(url === undefined ? [] : addressOf(call, url))],
      ...(url !== undefined && { buttons: [[pageButton(call, url)]] }),
      isPrivate: true,
    };
  }
  const me = cleanName(person?.handle ? `@${person.handle}` : (person?.name ?? ""), 64);
  return {
    title: t("link.ask.title"),
    lines: [[t("link.ask", { as: cleanName(found.as, 80), me })], [t("link.ask.careful")]],
    buttons: [[{ label: t("link.button.yes"), press: `link|${found.press}` }]],
    isPrivate: true,
  };
}

/** A press: `link` begins, `link|<mark of the code>|<mark of who signed in>` confirms. */
export async function pressLink(
  call: Call,
  [mark, signer = ""]: readonly string[],
): Promise<Message> {
  if (mark === undefined) return await askToLink(call);
  const { as } = await call.plaza.action(api.links.confirm, { mark, signer });
  const lines = [[call.t("link.done", { as: cleanName(as, 80) })]];
  return { lines, isPrivate: true, replaces: true };
}

export const unlink: Command = {
  name: "unlink",
  describe: "command.unlink",
  for: "anyone",
  uselessTo: ["stranger"],
  isPrivate: true,
  where: "private",
  options: [],
  run: async (call) => askToUnlink(call),
};

function askToUnlink({ t }: Call): Message {
  return {
    title: t("link.unlink.title"),
    lines: [[t("link.unlink.ask")]],
    buttons: [
      [
        { label: t("link.unlink.yes"), press: "unlink|yes" },
        { label: t("button.cancel"), press: "unlink|no" },
      ],
    ],
    isPrivate: true,
  };
}

/** A press: `unlink|yes` or `unlink|no`. */
export async function pressUnlink({ t, plaza }: Call, [wish]: readonly string[]): Promise<Message> {
  if (wish !== "yes") return { lines: [[t("nothing-changed")]], isPrivate: true, replaces: true };
  await plaza.mutation(api.links.unlink, {});
  return { lines: [[t("link.unlink.done")]], isPrivate: true, replaces: true };
}

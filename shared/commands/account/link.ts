import { api } from "../../../convex/_generated/api.js";
import { hashOf, isLinkCode } from "../../linkCode.ts";
import { cleanName, isSafeLink } from "../../messages/sanitize.ts";
import type { Button, Line } from "../../messages/message.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

// Linking a chat account to a user, and unlinking it.

export const link: Command = {
  name: "link",
  describe: "command.link",
  for: "anyone",
  ephemeral: true,
  where: "private",
  options: [],
  run: async (ctx) => await askToLink(ctx),
  actions: { link: linkAction },
};

async function askToLink(ctx: CommandContext): Promise<Reply> {
  const { t, backend, person } = ctx;
  const begun = await backend.action(api.links.begin, {
    name: person?.name ?? "",
    ...(person?.handle !== undefined && { handle: person.handle }),
  });
  if (begun.linked)
    return reply({ lines: [[t("link.done", { as: begun.as })]] }, { ephemeral: true });
  const { code, pageUrl = pageOf(ctx, code) } = begun;
  if (pageUrl === undefined)
    return reply({ lines: [[t("refusal.no-linking")]] }, { ephemeral: true });
  return reply(
    {
      title: t("link.title"),
      lines: [[t("link.how")], ...addressOf(ctx, pageUrl), [t("link.here")], [sendThis(ctx, code)]],
      buttons: [[pageButton(ctx, pageUrl)]],
    },
    { ephemeral: true },
  );
}

/** The deployment may not know its own address; the bot does. */
function pageOf({ backend }: CommandContext, code: string): string | undefined {
  return backend.siteUrl === undefined ? undefined : `${backend.siteUrl}/link#${code}`;
}

function pageButton({ t }: CommandContext, url: string): Button {
  return { label: t("link.button.page"), url };
}

/** A local address cannot be a button and is shown as text. */
function addressOf({ t }: CommandContext, url: string): Line[] {
  return isSafeLink(url) ? [] : [[t("link.page"), " ", { code: url }]];
}

function sendThis({ chat }: CommandContext, code: string) {
  return { code: chat.platform === "discord" ? `/start code:${code}` : `/start ${code}` };
}

/** `/start CODE`: what has become of a code of this chat, and how to go on. */
export async function startCode(ctx: CommandContext, code: string): Promise<Reply> {
  const { t, backend, person, chat } = ctx;
  // In a group everybody could read the code.
  if (chat.kind !== "private")
    return reply({ lines: [[t("refusal.private-only")]] }, { ephemeral: true });
  if (!isLinkCode(code))
    return reply({ lines: [[t("refusal.code-unknown")]] }, { ephemeral: true });
  const found = await backend.mutation(api.links.lookAtCode, { hash: await hashOf(code) });
  if (found.state === "refused")
    return reply({ lines: [[t(`refusal.${found.refused}`)]] }, { ephemeral: true });
  if (found.state === "waiting") {
    const url = found.page === undefined ? pageOf(ctx, code) : `${found.page}#${code}`;
    return reply(
      {
        lines: [[t("link.waiting")], ...(url === undefined ? [] : addressOf(ctx, url))],
        ...(url !== undefined && { buttons: [[pageButton(ctx, url)]] }),
      },
      { ephemeral: true },
    );
  }
  const me = cleanName(person?.handle ? `@${person.handle}` : (person?.name ?? ""), 64);
  return reply(
    {
      title: t("link.ask.title"),
      lines: [[t("link.ask", { as: cleanName(found.as, 80), me })], [t("link.ask.careful")]],
      buttons: [[{ label: t("link.button.yes"), action: `link|${found.press}` }]],
    },
    { ephemeral: true },
  );
}

/** Its actions: `link` begins, `link|<mark of the code>|<mark of who signed in>` confirms. */
async function linkAction(
  ctx: CommandContext,
  [mark, signer = ""]: readonly string[],
): Promise<Reply> {
  if (mark === undefined) return await askToLink(ctx);
  const { as } = await ctx.backend.action(api.links.confirm, { mark, signer });
  const lines = [[ctx.t("link.done", { as: cleanName(as, 80) })]];
  return reply({ lines }, { ephemeral: true, editsMessage: true });
}

export const unlink: Command = {
  name: "unlink",
  describe: "command.unlink",
  for: "anyone",
  hiddenFrom: ["stranger"],
  ephemeral: true,
  where: "private",
  options: [],
  run: async (ctx) => askToUnlink(ctx),
  actions: { unlink: unlinkAction },
};

function askToUnlink({ t }: CommandContext): Reply {
  return reply(
    {
      title: t("link.unlink.title"),
      lines: [[t("link.unlink.ask")]],
      buttons: [
        [
          { label: t("link.unlink.yes"), action: "unlink|yes" },
          { label: t("button.cancel"), action: "unlink|no" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

/** Its actions: `unlink|yes` or `unlink|no`. */
async function unlinkAction(
  { t, backend }: CommandContext,
  [part]: readonly string[],
): Promise<Reply> {
  if (part !== "yes")
    return reply({ lines: [[t("nothing-changed")]] }, { ephemeral: true, editsMessage: true });
  await backend.mutation(api.links.unlink, {});
  return reply({ lines: [[t("link.unlink.done")]] }, { ephemeral: true, editsMessage: true });
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { labelled, type Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

export const me: Command = {
  name: "me",
  describe: "command.me",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [],
  run: async (ctx) => await meMessage(ctx),
};

/** The person's own account: name, access level, chat accounts, and what they may do. */
async function meMessage(ctx: CommandContext): Promise<Reply> {
  const { t, person, backend } = ctx;
  const accessLevel = person?.accessLevel ?? "stranger";
  if (accessLevel === "stranger")
    return reply(
      {
        title: cleanName(person?.name ?? "", 64),
        lines: [[t("may.stranger")]],
        buttons: [
          [
            { label: t("button.join"), action: "+join" },
            { label: t("button.link"), action: "+link" },
          ],
        ],
      },
      { ephemeral: true },
    );
  const own = await backend.query(api.users.me, {});
  return reply(
    {
      title: cleanName(own.name, 64),
      lines: [
        labelled(t("me.access-level"), t(`access-level.${accessLevel}`)),
        [t(`may.${accessLevel}`)],
        ...(own.username ? [labelled(t("me.username"), `@${own.username}`)] : []),
        ...(own.email ? [labelled(t("me.email"), cleanName(own.email, 100))] : []),
        ...accountLines(ctx, own),
        ...(own.profile?.city
          ? [labelled(t("profile.city"), cleanName(own.profile.city, 80))]
          : []),
      ],
      buttons: [
        [
          { label: t("button.profile"), action: "+profile" },
          { label: t("button.settings"), action: "+settings|show" },
          ...(own.hasPrivy ? [] : [{ label: t("button.link"), action: "+link" }]),
        ],
        [
          { label: t("button.export"), action: "+export" },
          { label: t("button.delete"), action: "+delete" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

type Own = FunctionReturnType<typeof api.users.me>;

function accountLines({ t }: CommandContext, { accounts, hasPrivy }: Own): Line[] {
  return [
    ...accounts.map(({ platform, name, handle }) => {
      const shown = handle ? `${cleanName(name, 64)} (@${handle})` : cleanName(name, 64);
      return labelled(platform === "telegram" ? "Telegram" : "Discord", shown);
    }),
    ...(hasPrivy ? [labelled("Privy", t("me.linked"))] : []),
  ];
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import type { Call, Command } from "./command.ts";

export const me: Command = {
  name: "me",
  describe: "command.me",
  for: "anyone",
  isPrivate: true,
  where: "hidden",
  options: [],
  run: async (call) => await meMessage(call),
};

/** Who somebody is to Plaza: name, standing, chat accounts, and what they may do. */
export async function meMessage(call: Call): Promise<Message> {
  const { t, person, plaza } = call;
  const standing = person?.standing ?? "stranger";
  if (standing === "stranger")
    return {
      title: cleanName(person?.name ?? "", 64),
      lines: [[t("may.stranger")]],
      buttons: [
        [
          { label: t("button.join"), press: "+join" },
          { label: t("button.link"), press: "+link" },
        ],
      ],
      isPrivate: true,
    };
  const own = await plaza.query(api.users.me, {});
  return {
    title: cleanName(own.name, 64),
    lines: [
      labelled(t("me.standing"), t(`standing.${standing}`)),
      [t(`may.${standing}`)],
      ...(own.username ? [labelled(t("me.username"), `@${own.username}`)] : []),
      ...(own.email ? [labelled(t("me.email"), cleanName(own.email, 100))] : []),
      ...accountLines(call, own),
      ...(own.profile?.city ? [labelled(t("profile.city"), cleanName(own.profile.city, 80))] : []),
    ],
    buttons: [
      [
        { label: t("button.profile"), press: "+profile" },
        { label: t("button.settings"), press: "+settings|show" },
        ...(own.hasPrivy ? [] : [{ label: t("button.link"), press: "+link" }]),
      ],
      [
        { label: t("button.export"), press: "+export" },
        { label: t("button.delete"), press: "+delete" },
      ],
    ],
    isPrivate: true,
  };
}

type Own = FunctionReturnType<typeof api.users.me>;

function accountLines({ t }: Call, { accounts, hasPrivy }: Own): Line[] {
  return [
    ...accounts.map(({ platform, name, handle }) => {
      const shown = handle ? `${cleanName(name, 64)} (@${handle})` : cleanName(name, 64);
      return labelled(platform === "telegram" ? "Telegram" : "Discord", shown);
    }),
    ...(hasPrivy ? [labelled("Privy", t("me.linked"))] : []),
  ];
}

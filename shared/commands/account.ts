import { api } from "../../convex/_generated/api.js";
import type { Message } from "../messages/message.ts";
import type { Call, Command } from "./command.ts";

// What is mine is mine: a copy of it, and an end to it.

export const exportMine: Command = {
  name: "export",
  describe: "command.export",
  for: "anyone",
  uselessTo: ["stranger"],
  isPrivate: true,
  where: "hidden",
  options: [],
  run: async (call) => await exportFile(call),
};

export async function exportFile({ t, plaza }: Call): Promise<Message> {
  const content = await plaza.query(api.users.exportMine, {});
  return {
    lines: [[t("export.text")]],
    file: { name: "plaza.json", mime: "application/json", content },
    isPrivate: true,
  };
}

export const deleteMine: Command = {
  name: "delete",
  describe: "command.delete",
  for: "anyone",
  uselessTo: ["stranger"],
  isPrivate: true,
  where: "hidden",
  options: [],
  run: async (call) => askDelete(call),
};

/** A press: `delete` asks, `delete|yes` does it, `delete|no` does not. */
export async function pressDelete(call: Call, [wish]: readonly string[]): Promise<Message> {
  const { t, plaza } = call;
  if (wish === undefined) return askDelete(call);
  if (wish !== "yes") return { lines: [[t("nothing-changed")]], replaces: true, isPrivate: true };
  await plaza.mutation(api.users.softDelete, {});
  return { lines: [[t("delete.done")]], replaces: true, isPrivate: true };
}

function askDelete({ t, person }: Call): Message {
  const standing = person?.standing ?? "stranger";
  if (standing === "stranger") return { lines: [[t("refusal.no-account")]], isPrivate: true };
  const isBarred = standing === "suspended" || standing === "banned";
  return {
    title: t("delete.title"),
    lines: [[t("delete.ask")], ...(isBarred ? [[t("delete.barred")]] : [])],
    buttons: [
      [
        { label: t("button.delete.yes"), press: "delete|yes" },
        { label: t("button.cancel"), press: "delete|no" },
      ],
    ],
    isPrivate: true,
  };
}

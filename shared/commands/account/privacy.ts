import { api } from "../../../convex/_generated/api.js";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

// Exporting and deleting a person's own data, also of somebody who has no account.

export const exportMine: Command = {
  name: "export",
  describe: "command.export",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [],
  run: async (ctx) => await exportFile(ctx),
  actions: { export: exportFile },
};

async function exportFile({ t, backend }: CommandContext): Promise<Reply> {
  const content = await backend.query(api.users.exportMine, {});
  return reply(
    {
      lines: [[t("export.text")]],
      file: { name: "plaza.json", mime: "application/json", content },
    },
    { ephemeral: true },
  );
}

export const deleteMine: Command = {
  name: "delete",
  describe: "command.delete",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [],
  run: async (ctx) => askDelete(ctx),
  actions: { delete: deleteAction },
};

/** Its actions: `delete` asks, `delete|yes` does it, `delete|no` does not. */
async function deleteAction(ctx: CommandContext, [part]: readonly string[]): Promise<Reply> {
  const { t, backend } = ctx;
  if (part === undefined) return askDelete(ctx);
  if (part !== "yes")
    return reply({ lines: [[t("nothing-changed")]] }, { editsMessage: true, ephemeral: true });
  await backend.mutation(api.users.softDelete, {});
  return reply({ lines: [[t("delete.done")]] }, { editsMessage: true, ephemeral: true });
}

function askDelete({ t, person }: CommandContext): Reply {
  const accessLevel = person?.accessLevel ?? "stranger";
  const isStranger = accessLevel === "stranger";
  const isBlocked = accessLevel === "suspended" || accessLevel === "banned";
  return reply(
    {
      title: t(isStranger ? "delete.title.stranger" : "delete.title"),
      lines: [
        [t(isStranger ? "delete.ask.stranger" : "delete.ask")],
        ...(isBlocked ? [[t("delete.barred")]] : []),
      ],
      buttons: [
        [
          { label: t("button.delete.yes"), action: "delete|yes" },
          { label: t("button.cancel"), action: "delete|no" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

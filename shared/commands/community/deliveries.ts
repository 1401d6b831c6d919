import { api } from "../../../convex/_generated/api.js";
import type { Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

const maxButtons = 5;

export const deliveries: Command = {
  name: "deliveries",
  describe: "command.deliveries",
  ephemeral: true,
  for: "admin",
  options: [{ name: "retry", describe: "option.retry" }],
  async run(ctx) {
    const number = ctx.args.named["retry"] ?? ctx.args.words.at(-1);
    const rows = await ctx.backend.query(api.deliveries.list, {});
    const chosen = number === undefined ? undefined : rows[Number(number) - 1];
    if (chosen) return await retry(ctx, chosen._id);
    return listMessage(ctx, rows);
  },
  actions: { retry: async (ctx, [id = ""]) => await retry(ctx, id) },
};

type Row = { _id: string } & Awaited<ReturnType<typeof rowsOf>>[number];
const rowsOf = async (ctx: CommandContext) => await ctx.backend.query(api.deliveries.list, {});

function listMessage({ t }: CommandContext, rows: Row[]): Reply {
  if (rows.length === 0) return reply({ lines: [[t("deliveries.none")]] }, { ephemeral: true });
  const numbered = rows.map((row, index) => ({ row, number: index + 1 }));
  return reply(
    {
      title: t("deliveries.title"),
      items: numbered.map(({ row, number }): Line => [
        `${number}. `,
        { bold: t(`state.${row.state}`) },
        ` · ${row.platform} · ${[
          t(`does.${row.kind}`),
          cleanName(row.to, 40),
          cleanName(row.title, 60),
        ]
          .filter(Boolean)
          .join(" · ")} · `,
        { time: row.at, style: "full" },
        ...(row.reason ? [`\n${cleanName(row.reason, 150)}`] : []),
      ]),
      more: (hidden) => t("events.more", { count: hidden }),
      buttons: numbered
        .filter(({ row }) => row.canRetry)
        .slice(0, maxButtons)
        .map(({ row, number }) => [
          { label: t("button.retry", { number }), action: `retry|${row._id}` },
        ]),
    },
    { ephemeral: true },
  );
}

async function retry(ctx: CommandContext, deliveryId: string): Promise<Reply> {
  await ctx.backend.mutation(api.deliveries.retry, { deliveryId });
  return reply({ lines: [[ctx.t("deliveries.retried")]] }, { ephemeral: true });
}

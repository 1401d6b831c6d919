import { api } from "../../../convex/_generated/api.js";
import type { Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { reply, withLinesBefore } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

const maxButtons = 5;

export const deliveries: Command = {
  name: "deliveries",
  describe: "command.deliveries",
  ephemeral: true,
  for: "admin",
  options: [{ name: "retry", describe: "option.retry" }],
  async run(ctx) {
    const { named, words } = ctx.args;
    const typed = named["retry"] ?? words.join(" ");
    const rows = await ctx.backend.query(api.deliveries.list, {});
    if (typed === "") return listMessage(ctx, rows);
    const chosen = rows[Number(/^(?:\p{L}+ )?#?(\d+)$/u.exec(typed)?.[1]) - 1];
    if (chosen) return await retry(ctx, chosen._id);
    const hint = ctx.t("option.retry");
    const unclear = ctx.t("unknown.option", { word: cleanName(typed, 60), hint });
    return withLinesBefore(listMessage(ctx, rows), [[unclear]]);
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

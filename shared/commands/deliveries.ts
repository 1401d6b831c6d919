import { api } from "../../convex/_generated/api.js";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import type { Call, Command } from "./command.ts";

const mostButtons = 5;

export const deliveries: Command = {
  name: "deliveries",
  describe: "command.deliveries",
  isPrivate: true,
  for: "admin",
  options: [{ name: "retry", describe: "option.retry" }],
  async run(call) {
    const number = call.args.named["retry"] ?? call.args.words.at(-1);
    const rows = await call.plaza.query(api.deliveries.list, {});
    const chosen = number === undefined ? undefined : rows[Number(number) - 1];
    if (chosen) return await retry(call, chosen._id);
    return listMessage(call, rows);
  },
};

type Row = { _id: string } & Awaited<ReturnType<typeof rowsOf>>[number];
const rowsOf = async (call: Call) => await call.plaza.query(api.deliveries.list, {});

function listMessage({ t }: Call, rows: Row[]): Message {
  if (rows.length === 0) return { lines: [[t("deliveries.none")]], isPrivate: true };
  const numbered = rows.map((row, index) => ({ row, number: index + 1 }));
  return {
    title: t("deliveries.title"),
    items: numbered.map(({ row, number }): Line => [
      `${number}. `,
      { bold: t(`state.${row.state}`) },
      ` · ${row.platform} · ${[
        t(`does.${row.does}`),
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
      .slice(0, mostButtons)
      .map(({ row, number }) => [
        { label: t("button.retry", { number }), press: `retry|${row._id}` },
      ]),
    isPrivate: true,
  };
}

/** A press of "send again": `retry|<id>`. */
export async function pressRetry(call: Call, [id]: readonly string[]): Promise<Message> {
  return await retry(call, id ?? "");
}

async function retry(call: Call, deliveryId: string): Promise<Message> {
  await call.plaza.mutation(api.deliveries.retry, { deliveryId });
  return { lines: [[call.t("deliveries.retried")]], isPrivate: true };
}

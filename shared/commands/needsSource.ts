import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Line } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { isTermOf } from "../texts/synonyms.ts";
import type { CommandContext } from "./command.ts";
import { reply, type Reply } from "./reply.ts";

// The source from which needs are refreshed every day: naming it, and how that went.

/** Names a source, "off" for none; without either says what there is. */
export async function sourceMessage(
  ctx: CommandContext,
  written: string | undefined,
): Promise<Reply> {
  if (!written) return await describe(ctx);
  const isOff = isTermOf("off", written);
  await ctx.backend.mutation(api.needsFeed.setSource, { url: isOff ? null : written });
  return reply({ lines: [[ctx.t(isOff ? "source.off" : "source.saved")]] }, { ephemeral: true });
}

/** Its actions: `needs|read`, `needs|off`. */
export async function sourceAction(ctx: CommandContext, [wish]: readonly string[]): Promise<Reply> {
  const { t, backend } = ctx;
  switch (wish) {
    case "read":
      await backend.mutation(api.needsFeed.readNow, {});
      return reply({ lines: [[t("source.reading")]] }, { ephemeral: true });
    case "off":
      return await sourceMessage(ctx, "off");
    default:
      return reply({ lines: [[t("unknown.button")]] }, { ephemeral: true });
  }
}

async function describe({ t, backend }: CommandContext): Promise<Reply> {
  const feed = await backend.query(api.needsFeed.source, {});
  if (!feed)
    return reply(
      { lines: [[t("source.none", { example: t("usage.source") })]] },
      { ephemeral: true },
    );
  const { url, readAt, taken = 0, refused = 0, problems = [], error } = feed;
  const result: Line[] =
    error === undefined
      ? [[t("source.result", { taken, refused })]]
      : [[t("source.failed", { reason: cleanName(error, 200) })]];
  return reply(
    {
      title: t("source.title"),
      lines: [
        [{ code: url }],
        ...(readAt === undefined
          ? [labelled(t("source.read"), t("org.never"))]
          : [
              [{ bold: t("source.read") }, ": ", { time: readAt, style: "full" as const }],
              ...result,
            ]),
      ],
      items: problems.map((problem): Line => [cleanName(problem, 200)]),
      total: Math.max(refused, problems.length),
      more: (hidden) => t("events.more", { count: hidden }),
      buttons: [
        [
          { label: t("button.read-now"), action: "needs|read" },
          { label: t("button.stop"), action: "needs|off" },
        ],
      ],
    },
    { ephemeral: true },
  );
}

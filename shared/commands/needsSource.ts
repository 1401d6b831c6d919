import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call } from "./command.ts";

// The source from which needs are refreshed every day: naming it, and how that went.

/** Names a source, "off" for none; without either says what there is. */
export async function sourceMessage(call: Call, written: string | undefined): Promise<Message> {
  if (!written) return await describe(call);
  const isOff = ["off", "none", "no", "ninguna"].includes(plain(written));
  await call.plaza.mutation(api.needsFeed.setSource, { url: isOff ? null : written });
  return { lines: [[call.t(isOff ? "source.off" : "source.saved")]], isPrivate: true };
}

/** A press below it: `needs|read`, `needs|off`. */
export async function pressSource(call: Call, [wish]: readonly string[]): Promise<Message> {
  const { t, plaza } = call;
  switch (wish) {
    case "read":
      await plaza.mutation(api.needsFeed.readNow, {});
      return { lines: [[t("source.reading")]], isPrivate: true };
    case "off":
      return await sourceMessage(call, "off");
    default:
      return { lines: [[t("unknown.button")]], isPrivate: true };
  }
}

async function describe({ t, plaza }: Call): Promise<Message> {
  const feed = await plaza.query(api.needsFeed.source, {});
  if (!feed)
    return { lines: [[t("source.none", { example: t("usage.source") })]], isPrivate: true };
  const { url, readAt, taken = 0, refused = 0, problems = [], error } = feed;
  const result: Line[] =
    error === undefined
      ? [[t("source.result", { taken, refused })]]
      : [[t("source.failed", { reason: cleanName(error, 200) })]];
  return {
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
        { label: t("button.read-now"), press: "needs|read" },
        { label: t("button.stop"), press: "needs|off" },
      ],
    ],
    isPrivate: true,
  };
}

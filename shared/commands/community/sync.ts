import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { split } from "../../messages/announcement.ts";
import type { Line, Message } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { namesOf, type Organization, organizations, resolveOrganization } from "./organizations.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

type Report = NonNullable<FunctionReturnType<typeof api.events.sync.syncNow>>;

export const sync: Command = {
  name: "sync",
  describe: "command.sync",
  ephemeral: true,
  for: "admin",
  options: [{ name: "org", describe: "option.org" }],
  async run(ctx) {
    const { t } = ctx;
    const wanted = ctx.args.named["org"] ?? ctx.args.words.join(" ");
    if (wanted) {
      const resolved = await resolveOrganization(ctx, wanted, { actionOf: (id) => `sync|${id}` });
      return "ask" in resolved ? resolved.ask : await syncOne(ctx, resolved.found, false);
    }
    const all = await organizations(ctx);
    const [only] = all;
    if (only && all.length === 1) return await syncOne(ctx, only, false);
    if (all.length === 0)
      return reply({ lines: [[t("org.none", { example: t("org.none.example") })]] });
    const names = namesOf(all);
    return reply({
      lines: [[t("org.which", { names })]],
      buttons: all
        .slice(0, 20)
        .map((one) => [
          { label: t("button.sync", { org: cleanName(one.name, 40) }), action: `sync|${one._id}` },
        ]),
    });
  },
  actions: { sync: syncAction },
};

/** The action of a sync button: `sync|<id>`, or `sync|<id>|empty` where an empty calendar is right. */
async function syncAction(ctx: CommandContext, [orgId, empty]: readonly string[]): Promise<Reply> {
  const org = (await organizations(ctx)).find((one) => one._id === orgId);
  if (!org) return reply({ lines: [[ctx.t("refusal.no-such-organization")]] });
  return await syncOne(ctx, org, empty === "empty");
}

async function syncOne(
  ctx: CommandContext,
  org: Organization,
  acceptEmpty: boolean,
): Promise<Reply> {
  const report = await ctx.backend.action(api.events.sync.syncNow, { orgId: org._id, acceptEmpty });
  const name = cleanName(org.name, 60);
  if (!report) return reply({ lines: [[ctx.t("sync.more", { name })]] });
  return reply({ ...reportMessage(ctx, name, report), ...emptyButton(ctx, org, report) });
}

function emptyButton(
  { t }: CommandContext,
  org: Organization,
  report: Report,
): Pick<Message, "buttons"> {
  if (report.message !== "empty") return {};
  return { buttons: [[{ label: t("button.empty"), action: `sync|${org._id}|empty` }]] };
}

function reportMessage({ t }: CommandContext, name: string, report: Report): Message {
  const lines: Line[] = [[headline({ t }, name, report)]];
  const { created, changed, removed, missing, refused, retryAt } = report;
  if (report.result === "ok")
    lines.push([
      created + changed + removed > 0
        ? t("sync.counts", { created, changed, removed })
        : t("sync.nothing"),
    ]);
  if (missing > 0) lines.push([t("sync.missing", { count: missing })]);
  if (refused > 0) lines.push([t("sync.refused", { count: refused })]);
  else if (report.isPartial) lines.push([t("sync.partial")]);
  if (retryAt !== undefined)
    lines.push(split(t("sync.retry", { time: "\u0000" }), { time: retryAt, style: "hour" }));
  return { lines };
}

function headline({ t }: Pick<CommandContext, "t">, name: string, report: Report): string {
  const reason = cleanName(report.message ?? "", 200);
  if (report.result === "ok") return t("sync.ok", { name, read: report.read });
  if (reason === "empty") return t("sync.empty", { name });
  if (reason === "throttled") return t("sync.throttled", { name });
  if (reason === "event-page" || reason === "other-page")
    return t(`sync.${reason}`, { name, example: t("sync.wrong-page.example") });
  return t(report.result === "suspicious" ? "sync.suspicious" : "sync.failed", { name, reason });
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { split } from "../messages/announcement.ts";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import type { Call, Command } from "./command.ts";
import { findOrganization, namesOf, type Organization, organizations } from "./organizations.ts";

type Report = NonNullable<FunctionReturnType<typeof api.events.sync.syncNow>>;

export const sync: Command = {
  name: "sync",
  describe: "command.sync",
  isPrivate: true,
  for: "admin",
  options: [{ name: "org", describe: "option.org" }],
  async run(call) {
    const { t } = call;
    const wanted = call.args.named["org"] ?? call.args.words.join(" ");
    const all = await organizations(call);
    const org = wanted ? findOrganization(all, wanted) : all.length === 1 ? all[0] : undefined;
    if (org) return await syncOne(call, org, false);
    if (all.length === 0) return { lines: [[t("org.none", { example: t("org.none.example") })]] };
    const names = namesOf(all);
    return {
      lines: [
        [
          wanted
            ? t("org.unknown", { name: cleanName(wanted, 60), names })
            : t("org.which", { names }),
        ],
      ],
      buttons: all
        .slice(0, 20)
        .map((one) => [
          { label: t("button.sync", { org: cleanName(one.name, 40) }), press: `sync|${one._id}` },
        ]),
    };
  },
};

/** A press of a sync button: `sync|<id>`, or `sync|<id>|empty` where an empty calendar is right. */
export async function pressSync(call: Call, [orgId, empty]: readonly string[]): Promise<Message> {
  const org = (await organizations(call)).find((one) => one._id === orgId);
  if (!org) return { lines: [[call.t("refusal.no-such-organization")]] };
  return await syncOne(call, org, empty === "empty");
}

async function syncOne(call: Call, org: Organization, acceptEmpty: boolean): Promise<Message> {
  const report = await call.plaza.action(api.events.sync.syncNow, { orgId: org._id, acceptEmpty });
  const name = cleanName(org.name, 60);
  if (!report) return { lines: [[call.t("sync.more", { name })]] };
  return { ...reportMessage(call, name, report), ...emptyButton(call, org, report) };
}

function emptyButton({ t }: Call, org: Organization, report: Report): Pick<Message, "buttons"> {
  if (report.message !== "empty") return {};
  return { buttons: [[{ label: t("button.empty"), press: `sync|${org._id}|empty` }]] };
}

function reportMessage({ t }: Call, name: string, report: Report): Message {
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
  if (retryAt !== undefined)
    lines.push(split(t("sync.retry", { time: "\u0000" }), { time: retryAt, style: "hour" }));
  return { lines };
}

function headline({ t }: Pick<Call, "t">, name: string, report: Report): string {
  const reason = cleanName(report.message ?? "", 200);
  if (report.result === "ok") return t("sync.ok", { name, read: report.read });
  if (reason === "empty") return t("sync.empty", { name });
  if (reason === "throttled") return t("sync.throttled", { name });
  return t(report.result === "suspicious" ? "sync.suspicious" : "sync.failed", { name, reason });
}

import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { labelled, type Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { isTextKey, texts } from "../../texts/index.ts";
import { isTermOf, readSwitch } from "../../texts/synonyms.ts";
import { formatTime } from "../../time/format.ts";
import { boardLines, boards, boardWords, type Where } from "./boards.ts";
import { type Agenda, type Kind, readAgenda, readKinds, readReminders } from "./channelSettings.ts";
import { type Organization, organizations, resolveOrganization } from "./organizations.ts";
import { readLanguage, zoneOption } from "../account/settings.ts";
import { reply } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

type Shown = NonNullable<FunctionReturnType<typeof api.channels.show>>;
type Settings = {
  kinds?: Kind[];
  locale?: "en" | "es";
  timezone?: string;
  reminders?: number[];
  agenda?: Agenda | null;
  orgId?: Organization["_id"] | null;
  admitsMembers?: boolean;
};

export const channel: Command = {
  name: "channel",
  describe: "command.channel",
  ephemeral: true,
  for: "admin",
  options: [
    { name: "kinds", describe: "option.kinds" },
    { name: "language", describe: "option.language", choices: ["en", "es"] },
    zoneOption,
    { name: "reminders", describe: "option.reminders" },
    { name: "agenda", describe: "option.agenda" },
    { name: "admit", describe: "option.admit", choices: ["on", "off"], read: readSwitch },
    { name: "org", describe: "option.org" },
    { name: "board", describe: "option.board" },
    { name: "chat", describe: "option.chat" },
  ],
  async run(ctx) {
    // Telegram does not name the author of a channel post: the admin repeats it in private.
    if (!ctx.person) return askInPrivate(ctx);
    const where = whereOf(ctx);
    const board = boardWords(ctx.args);
    if (board) return await boards(ctx, where, board);
    const kindText = ctx.args.named["kinds"] ?? ctx.args.words.join(" ");
    if (isTermOf("unsubscribe", kindText)) {
      await ctx.backend.mutation(api.channels.unsubscribe, where);
      return reply({ lines: [[ctx.t("channel.stopped")]] });
    }
    const read = await readSettings(ctx, kindText);
    if ("ask" in read) return read.ask;
    if (Object.keys(read).length === 0) return await show(ctx, where);
    const title = await titleOf(ctx, where);
    // Who comes in is no reason to be told anything.
    const isAboutEntry = read.admitsMembers !== undefined && Object.keys(read).length === 1;
    if (isAboutEntry && !(await ctx.backend.query(api.channels.show, where))?.isOn) read.kinds = [];
    const saved = await ctx.backend.mutation(api.channels.subscribe, { ...where, ...read, title });
    return await describe(ctx, saved, [[ctx.t("channel.saved")]], where);
  },
};

/** This chat, or the one that the option "chat" names. */
function whereOf({ chat, args }: CommandContext) {
  const [chatId, threadId] = (args.named["chat"] ?? "").split("/");
  const { platform } = chat;
  if (chatId) return { platform, chatId, ...(threadId && { threadId }) };
  return { platform, chatId: chat.id, ...(chat.threadId && { threadId: chat.threadId }) };
}

/** The chat's title; a chat named by its id keeps its stored title. */
async function titleOf({ args, chat, backend }: CommandContext, where: Where): Promise<string> {
  const { chat: named } = args.named;
  if (named === undefined) return chat.title;
  return (await backend.query(api.channels.show, where))?.title ?? named;
}

function askInPrivate({ chat, t, args }: CommandContext): Reply {
  const { board } = args.named;
  const wanted = board === undefined ? args.words.join(" ") || "all" : `board ${board}`;
  return reply({
    lines: [[t("channel.private-hint")], [{ code: `/channel ${wanted} chat=${chat.id}` }]],
  });
}

/** The settings that were typed, or a sentence about the first term that is not understood. */
async function readSettings(
  ctx: CommandContext,
  kindText: string,
): Promise<Settings | { ask: Reply }> {
  const { args, t } = ctx;
  const { language, zone, reminders, agenda, org, admit } = args.named;
  const bad = (word: string) => {
    const hint = t("usage", { example: t("usage.channel") });
    return { ask: reply({ lines: [[t("channel.bad", { word: cleanName(word, 60), hint })]] }) };
  };
  const settings: Settings = {};
  if (kindText) {
    const read = readKinds(kindText);
    if (!read) return bad(kindText);
    settings.kinds = read;
  }
  if (language !== undefined) {
    const read = readLanguage(language);
    if (!read) return bad(language);
    settings.locale = read;
  }
  if (zone !== undefined) {
    settings.timezone = zone;
  }
  if (reminders !== undefined) {
    const read = readReminders(reminders);
    if (!read) return bad(reminders);
    settings.reminders = read;
  }
  if (agenda !== undefined) {
    const read = readAgenda(agenda);
    if (read === undefined) return bad(agenda);
    settings.agenda = read;
  }
  const admitsMembers = readSwitch(admit);
  if (admitsMembers !== undefined) settings.admitsMembers = admitsMembers;
  if (org !== undefined) {
    const isAll = isTermOf("all", org);
    const resolved = isAll ? undefined : await resolveOrganization(ctx, org);
    if (resolved && "ask" in resolved) return resolved;
    settings.orgId = resolved?.found._id ?? null;
  }
  return settings;
}

async function show(ctx: CommandContext, where: Where): Promise<Reply> {
  const { t, backend } = ctx;
  const known = await backend.query(api.channels.show, where);
  if (known?.isOn) return await describe(ctx, known, [], where);
  const start = t("channel.off", { example: t("channel.off.example") });
  const reason = known?.offReason;
  return reply({
    lines: [
      ...(reason && reason !== "admin"
        ? [[t("channel.off.reason", { reason: cleanName(reason, 200) })]]
        : []),
      [start],
      ...(known ? await boardLines(ctx, where) : []),
    ],
  });
}

async function describe(
  ctx: CommandContext,
  shown: Shown,
  before: Line[],
  where: Where,
): Promise<Reply> {
  const { t } = ctx;
  const org = (await organizations(ctx)).find((one) => one._id === shown.orgId);
  const none = t("channel.none");
  const reminders = shown.reminders.map((minutes) => {
    const key = `reminder.${minutes}`;
    return isTextKey(key) ? t(key) : `${minutes} min`;
  });
  return reply({
    title: t("channel.title.named", { title: cleanName(shown.title, 80) }),
    lines: [
      ...before,
      labelled(t("channel.kinds"), shown.kinds.map((kind) => t(`kind.${kind}`)).join(", ") || none),
      labelled(t("channel.reminders"), reminders.join(", ") || none),
      labelled(t("channel.agenda"), shown.agenda ? agendaText(ctx, shown.agenda) : none),
      ...(where.platform === "telegram" && where.threadId === undefined
        ? [labelled(t("channel.admit"), t(`channel.admit.${shown.admitsMembers ? "yes" : "no"}`))]
        : []),
      labelled(t("channel.language"), t(`language.${shown.locale}`)),
      labelled(t("channel.zone"), shown.timezone),
      labelled(t("channel.org"), org ? cleanName(org.name, 60) : t("channel.org.all")),
      ...(await boardLines(ctx, where)),
    ],
  });
}

function agendaText({ reader }: CommandContext, { every, hour, weekday }: Agenda): string {
  const t = texts(reader.locale);
  const clock = `${String(hour).padStart(2, "0")}:00`;
  if (every === "day") return t("agenda.day", { hour: clock });
  // 2024-09-01 was a Sunday: weekday 0.
  const day = Date.UTC(2024, 8, 1 + (weekday ?? 1), 12);
  return t("agenda.week", {
    weekday: formatTime(day, "weekday", "UTC", reader.locale),
    hour: clock,
  });
}

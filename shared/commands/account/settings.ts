import { meaningOf } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import type { Line } from "../../messages/message.ts";
import { type Locale, localeOf, type Texts, texts } from "../../texts/index.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import { formatTime } from "../../time/format.ts";
import { isNamedTimezone, suggestTimezones } from "../../time/zoneNames.ts";
import { reply, unknownButton } from "../reply.ts";
import type { Command, CommandContext, Option, Reply } from "../command.ts";

/** A language by its tag or its name in either language. */
export function readLanguage(word: string): "en" | "es" | undefined {
  return meaningOf("language", word) ?? localeOf(plain(word));
}

/** A time zone, as an option of a command. */
export const zoneOption: Option = {
  name: "zone",
  describe: "option.zone",
  read: (typed) => (isNamedTimezone(typed) ? typed : undefined),
  suggest: suggestTimezones,
};

const places = ["auto", "telegram", "discord", "nowhere"] as const;
type Place = (typeof places)[number];
const topics = ["membership", "standing", "giving", "events", "queue"] as const;
type Topic = (typeof topics)[number];
type Changes = {
  locale?: "en" | "es" | null;
  timezone?: string | null;
  tellIn?: Place;
  muted?: Topic[];
};

export const settings: Command = {
  name: "settings",
  describe: "command.settings",
  ephemeral: true,
  for: "anyone",
  options: [
    { name: "language", describe: "option.language", choices: ["auto", "en", "es"] },
    { name: "timezone", describe: "option.timezone" },
    { name: "tell", describe: "option.tell", choices: places },
  ],
  async run(ctx) {
    const { args, t } = ctx;
    const changes: Changes = {};
    const tell = args.named["tell"];
    if (tell !== undefined) {
      const place = places.find((one) => one === tell.toLowerCase());
      if (!place)
        return reply({
          lines: [[t("unknown.option", { word: cleanName(tell, 60), hint: hint(ctx) })]],
        });
      changes.tellIn = place;
    }
    for (const word of [args.named["language"], args.named["timezone"], ...args.words]) {
      if (word === undefined) continue;
      if (!readInto(changes, word, word === args.named["timezone"])) return unclear(ctx, word);
    }
    return await apply(ctx, changes);
  },
  actions: { settings: settingsAction },
};

function readInto(changes: Changes, word: string, isZone: boolean): boolean {
  const language = isZone ? undefined : readLanguage(word);
  if (language) changes.locale = language;
  else if (plain(word) === "auto")
    Object.assign(changes, isZone ? { timezone: null } : { locale: null });
  else if (isNamedTimezone(word)) changes.timezone = word;
  else return false;
  return true;
}

/** Says what was not understood; of what may be a time zone, which one may be meant. */
function unclear(ctx: CommandContext, word: string): Reply {
  const { t } = ctx;
  const proposals = suggestTimezones(word);
  const said = t("unknown.option", {
    word: cleanName(word, 60),
    hint: proposals.length > 0 ? t("settings.zone.which") : hint(ctx),
  });
  const buttons = proposals.map((zone) => [{ label: zone, action: `settings|zone|${zone}` }]);
  return reply({ lines: [[said]], ...(buttons.length > 0 && { buttons }) }, { ephemeral: true });
}

function hint({ t }: CommandContext): string {
  return t("settings.hint", { example: t("settings.hint.example") });
}

/** The action of a button: `settings|es`, `settings|auto`, `settings|tell|discord`, `settings|about|standing`. */
async function settingsAction(
  ctx: CommandContext,
  [language, wanted = ""]: readonly string[],
): Promise<Reply> {
  if (language === "show") return await apply(ctx, {});
  if (language === "zone")
    return isNamedTimezone(wanted) ? await apply(ctx, { timezone: wanted }) : unknownButton(ctx);
  const topic = language === "about" && topics.find((one) => one === wanted);
  if (topic) return await apply(ctx, { muted: toggled(ctx.chosen.muted, topic) });
  const tellIn = language === "tell" && places.find((place) => place === wanted);
  if (tellIn) return await apply(ctx, { tellIn });
  return await apply(ctx, { locale: language === "en" || language === "es" ? language : null });
}

/** Stores what is to be changed, if anything, and shows the settings in the language that then holds. */
async function apply(ctx: CommandContext, changes: Changes): Promise<Reply> {
  const isChange = Object.keys(changes).length > 0;
  if (isChange) await ctx.backend.mutation(api.chatAccounts.change, changes);
  const { locale, timezone, tellIn, muted } = { ...ctx.chosen, ...changes };
  const t = texts(locale ?? ctx.reader.locale);
  const hasUser = ctx.person !== undefined && ctx.person.accessLevel !== "stranger";
  const own = (value: string | undefined | null) => value ?? t("settings.auto");
  return reply(
    {
      title: t("settings.title"),
      lines: [
        ...(isChange ? [[t("settings.saved")]] : []),
        [{ bold: t("settings.language") }, `: ${locale ? t(`language.${locale}`) : own(locale)}`],
        [{ bold: t("settings.timezone") }, `: ${own(timezone)}`],
        // Somebody who chose a wrong zone sees it.
        ...(changes.timezone
          ? [[clockIn(changes.timezone, locale ?? ctx.reader.locale, ctx)]]
          : []),
        ...(hasUser ? tellLines(t, tellIn, muted) : []),
        [t("settings.hint", { example: t("settings.hint.example") })],
      ],
      buttons: [
        [
          { label: t("language.en"), action: "settings|en" },
          { label: t("language.es"), action: "settings|es" },
          { label: t("settings.auto"), action: "settings|auto" },
        ],
        ...(hasUser
          ? [
              places.map((place) => ({
                label: `${place === tellIn ? "✓ " : ""}${t(`tell.${place}`)}`,
                action: `settings|tell|${place}`,
              })),
              topics.map((topic) => ({
                label: `${muted.includes(topic) ? "" : "✓ "}${t(`about.${topic}`)}`,
                action: `settings|about|${topic}`,
              })),
            ]
          : []),
      ],
    },
    { ephemeral: true, editsMessage: true },
  );
}

/** What time it is in a zone now. */
function clockIn(timezone: string, locale: Locale, { now }: CommandContext): string {
  const time = formatTime(now, "hour", timezone, locale);
  return texts(locale)("settings.zone.now", { time });
}

function tellLines(t: Texts, tellIn: Place, muted: readonly Topic[]): Line[] {
  const told = topics.filter((topic) => !muted.includes(topic)).map((one) => t(`about.${one}`));
  return [
    [{ bold: t("settings.tell") }, `: ${t(`tell.${tellIn}`)}`],
    [{ bold: t("settings.about") }, `: ${told.join(", ") || t("channel.none")}`],
  ];
}

function toggled(muted: readonly Topic[], topic: Topic): Topic[] {
  return muted.includes(topic) ? muted.filter((one) => one !== topic) : [...muted, topic];
}

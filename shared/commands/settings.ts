import { api } from "../../convex/_generated/api.js";
import type { Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { localeOf, type Texts, texts } from "../texts/index.ts";
import { plain } from "../time/when.ts";
import { isTimezone } from "../time/zones.ts";
import type { Call, Command } from "./command.ts";

/** What people call the two settings that every command with settings has. */
export const zoneNames = ["zone", "timezone", "tz", "zona"];
export const languageNames = ["lang", "idioma"];

const languages: Record<string, "en" | "es"> = {
  english: "en",
  ingles: "en",
  spanish: "es",
  espanol: "es",
  castellano: "es",
};

/** A language by its tag or its name in either language. */
export function readLanguage(word: string): "en" | "es" | undefined {
  const name = plain(word);
  return Object.hasOwn(languages, name) ? languages[name] : localeOf(name);
}

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
  isPrivate: true,
  for: "anyone",
  options: [
    {
      name: "language",
      aliases: languageNames,
      describe: "option.language",
      choices: ["auto", "en", "es"],
    },
    { name: "timezone", aliases: zoneNames, describe: "option.timezone" },
    { name: "tell", aliases: ["avisos"], describe: "option.tell", choices: places },
  ],
  async run(call) {
    const { args, t } = call;
    const changes: Changes = {};
    const tell = args.named["tell"];
    if (tell !== undefined) {
      const place = places.find((one) => one === tell.toLowerCase());
      if (!place)
        return { lines: [[t("unknown.option", { word: cleanName(tell, 60), hint: hint(call) })]] };
      changes.tellIn = place;
    }
    for (const word of [args.named["language"], args.named["timezone"], ...args.words]) {
      if (word === undefined) continue;
      if (!readInto(changes, word, word === args.named["timezone"]))
        return { lines: [[t("unknown.option", { word: cleanName(word, 60), hint: hint(call) })]] };
    }
    return await apply(call, changes);
  },
};

function readInto(changes: Changes, word: string, isZone: boolean): boolean {
  const language = isZone ? undefined : readLanguage(word);
  if (language) changes.locale = language;
  else if (plain(word) === "auto")
    Object.assign(changes, isZone ? { timezone: null } : { locale: null });
  else if (isTimezone(word)) changes.timezone = word;
  else return false;
  return true;
}

function hint({ t }: Call): string {
  return t("settings.hint", { example: t("settings.hint.example") });
}

/** A press of a button: `settings|es`, `settings|auto`, `settings|tell|discord`, `settings|about|standing`. */
export async function pressSettings(
  call: Call,
  [language, wanted]: readonly string[],
): Promise<Message> {
  if (language === "show") return await apply(call, {});
  const topic = language === "about" && topics.find((one) => one === wanted);
  if (topic) return await apply(call, { muted: toggled(call.chosen.muted, topic) });
  const tellIn = language === "tell" && places.find((place) => place === wanted);
  if (tellIn) return await apply(call, { tellIn });
  return await apply(call, { locale: language === "en" || language === "es" ? language : null });
}

/** Stores what is to be changed, if anything, and shows the settings in the language that then holds. */
async function apply(call: Call, changes: Changes): Promise<Message> {
  const isChange = Object.keys(changes).length > 0;
  if (isChange) await call.plaza.mutation(api.chatAccounts.change, changes);
  const { locale, timezone, tellIn, muted } = { ...call.chosen, ...changes };
  const t = texts(locale ?? call.reader.locale);
  const hasUser = call.person !== undefined && call.person.standing !== "stranger";
  const own = (value: string | undefined | null) => value ?? t("settings.auto");
  return {
    title: t("settings.title"),
    lines: [
      ...(isChange ? [[t("settings.saved")]] : []),
      [{ bold: t("settings.language") }, `: ${locale ? t(`language.${locale}`) : own(locale)}`],
      [{ bold: t("settings.timezone") }, `: ${own(timezone)}`],
      ...(hasUser ? tellLines(t, tellIn, muted) : []),
      [t("settings.hint", { example: t("settings.hint.example") })],
    ],
    buttons: [
      [
        { label: t("language.en"), press: "settings|en" },
        { label: t("language.es"), press: "settings|es" },
        { label: t("settings.auto"), press: "settings|auto" },
      ],
      ...(hasUser
        ? [
            places.map((place) => ({
              label: `${place === tellIn ? "✓ " : ""}${t(`tell.${place}`)}`,
              press: `settings|tell|${place}`,
            })),
            topics.map((topic) => ({
              label: `${muted.includes(topic) ? "" : "✓ "}${t(`about.${topic}`)}`,
              press: `settings|about|${topic}`,
            })),
          ]
        : []),
    ],
    isPrivate: true,
    replaces: true,
  };
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

import { IntlMessageFormat } from "intl-messageformat";
import en from "./en.json" with { type: "json" };
import es from "./es.json" with { type: "json" };

// Every word a person reads, in ICU MessageFormat; a test holds both languages to the same keys and
// placeholders.

export const locales = ["en", "es"] as const;
export type Locale = (typeof locales)[number];
export type TextKey = keyof typeof en;
export type Texts = (key: TextKey, values?: Record<string, string | number>) => string;

const catalogs: Record<Locale, Record<TextKey, string>> = { en, es };
const compiled = new Map<string, IntlMessageFormat>();

/** The texts of one language: `texts("es")("events.none")`. */
export function texts(locale: Locale): Texts {
  return (key, values) => {
    const source = catalogs[locale][key];
    // Most texts have no placeholder; only the others are worth compiling.
    if (!source.includes("{")) return source;
    const id = `${locale}:${key}`;
    let message = compiled.get(id);
    if (!message) {
      message = new IntlMessageFormat(source, locale, undefined, { ignoreTag: true });
      compiled.set(id, message);
    }
    return String(message.format(values));
  };
}

/** The language of a platform's tag ("es-419", "en-GB"); undefined for one that we do not speak. */
export function localeOf(tag: string | undefined): Locale | undefined {
  const language = tag?.toLowerCase().split("-")[0];
  return locales.find((locale) => locale === language);
}

/** Whether a key built from data ("kind.new") has a text. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(en, key);
}

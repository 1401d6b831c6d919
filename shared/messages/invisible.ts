// Characters that nobody sees. Two names must not differ by them alone, and a name of nothing else is
// no name: https://www.unicode.org/reports/tr36/#Invisible_Characters. Emoji and some scripts need
// joiners and variation selectors, which stay where they have an effect.

/** Never of use in a name: soft hyphens, zero-width spaces, fillers, musical and deprecated controls. */
const always =
  /\u00ad|\u034f|\u061c|[\u115f\u1160]|[\u17b4\u17b5]|[\u180b-\u180f]|\u200b|[\u2060-\u2065]|[\u206a-\u206f]|\u3164|\ufeff|\uffa0|[\ufff0-\ufffb]|[\u{1d173}-\u{1d17a}]|[\u{e0100}-\u{e01ef}]/gu;
/** Braille without dots looks like a space. */
const blank = /\u2800/g;
const emoji = String.raw`(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)`;
/** Scripts in which joiners change how letters are written. */
const joining = String.raw`(?:\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Mongolian}|\p{Script=Devanagari}|\p{Script=Bengali}|\p{Script=Gurmukhi}|\p{Script=Gujarati}|\p{Script=Oriya}|\p{Script=Tamil}|\p{Script=Telugu}|\p{Script=Kannada}|\p{Script=Malayalam}|\p{Script=Sinhala}|\p{Script=Khmer}|\p{Script=Myanmar})`;
const loneJoiners = new RegExp(
  String.raw`(?<!${emoji})(?<!${joining})\u200d|\u200d(?!\p{Extended_Pictographic}|${joining})|(?<!${joining})\u200c|\u200c(?!${joining})`,
  "gu",
);
/** A selector chooses how an emoji looks, and makes a keycap of a digit. */
const loneSelectors =
  /(?<![\p{Extended_Pictographic}0-9#*])[\ufe00-\ufe0f]|(?<=[0-9#*])[\ufe00-\ufe0f](?!\u20e3)/gu;
/** The flags of England, Scotland and Wales are spelled in tags behind a black flag. */
const loneTags = /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0000}-\u{e007f}]/gu;
const invisible = /[^\x20-\x7e]/;

/** A text without the characters that nobody sees. */
export function withoutInvisible(text: string): string {
  // Most names are plain letters, and looking for each kind takes its time.
  if (!invisible.test(text)) return text;
  const seen = text
    .replace(always, "")
    .replace(blank, " ")
    .replace(loneTags, "")
    .replace(loneSelectors, "")
    .replace(loneJoiners, "");
  // Marks with nothing to stand on are no name either.
  return /[^\s\p{M}\p{Cf}\p{Cc}\p{Z}]/u.test(seen) ? seen : "";
}

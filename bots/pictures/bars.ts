import type { Picture, Reader } from "../../shared/messages/message.ts";
import { formatMoney } from "../../shared/money/money.ts";
import { texts as textsOf } from "../../shared/texts/index.ts";
import { textWidth } from "./fonts.ts";
import { heading, margin, normal, pictureWidth, strong } from "./labels.ts";
import { bar, colors, type Scene, type Text } from "./scene.ts";
import { cutTo, drawable, type Face } from "./words.ts";

type Bars = Extract<Picture, { kind: "bars" }>;

/** More would be a picture too tall to be read without zooming. */
const maxRows = 16;
const rowHeight = 67;
const barHeight = 16;

/**
 * One row for each charity: its name and amount, and under them its bar. Those that have no room
 * share the last row, which has no bar: theirs would make all others short.
 */
export function drawBars(picture: Bars, { locale }: Pick<Reader, "locale">): Scene {
  const { texts, bottom } = heading(picture);
  const { shown, rest } = chosen(picture);
  const shapes: string[] = [];
  const right = pictureWidth - margin;
  const longest = Math.max(1, ...shown.map(({ cents }) => cents));
  let y = bottom;
  for (const { label, cents } of shown) {
    texts.push(...row(drawable(label), normal, colors.ink, formatMoney(cents, locale), y));
    const top = y + 36;
    const place = { left: margin, top, right, bottom: top + barHeight };
    const length = Math.max(0, cents / longest) * (right - margin);
    shapes.push(bar(place, colors.track, barHeight / 2));
    if (length > 0)
      shapes.push(
        bar({ ...place, right: margin + Math.max(length, 6) }, colors.accent, barHeight / 2),
      );
    y += rowHeight;
  }
  if (rest.count > 0) {
    const words = textsOf(locale)("picture.rest", { count: rest.count });
    texts.push(...row(words, normal, colors.soft, formatMoney(rest.cents, locale), y + 6));
    y += 50;
  }
  return { width: pictureWidth, height: y + 16, shapes, texts };
}

function chosen({ bars, rest = { count: 0, cents: 0 } }: Bars) {
  if (bars.length + (rest.count > 0 ? 1 : 0) <= maxRows) return { shown: bars, rest };
  const shown = bars.slice(0, maxRows - 1);
  const others = bars.slice(shown.length);
  const cents = others.reduce((sum, one) => sum + one.cents, rest.cents);
  return { shown, rest: { count: rest.count + others.length, cents } };
}

/** Words at the left, cut where they would meet the amount at the right. */
function row(words: string, face: Face, color: string, amount: string, top: number): Text[] {
  const y = top + face.size;
  const right = pictureWidth - margin;
  const value = drawable(amount);
  const room = right - margin - textWidth(value, strong.size, strong.weight) - 24;
  return [
    { ...face, text: cutTo(words, room, face), x: margin, y, anchor: "start", color },
    { ...strong, text: value, x: right, y, anchor: "end", color },
  ];
}

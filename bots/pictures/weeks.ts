import type { Picture, Reader, Week } from "../../shared/messages/message.ts";
import { formatMoney } from "../../shared/money/money.ts";
import { formatDate } from "../../shared/time/format.ts";
import { textWidth } from "./fonts.ts";
import { heading, margin, pictureWidth, small } from "./labels.ts";
import { bar, type Box, boxOf, colors, overlap, type Scene, type Text } from "./scene.ts";
import { drawable } from "./words.ts";

type Weeks = Extract<Picture, { kind: "weeks" }>;
type Column = Week & { x: number; y: number };

const plotHeight = 400;
const gap = 14;

/** A column for each week over time, with as many dates and amounts as have room. */
export function drawWeeks(picture: Weeks, { locale }: Pick<Reader, "locale">): Scene {
  const { texts, bottom } = heading(picture);
  const money = (cents: number) => drawable(formatMoney(cents, locale));
  const { weeks } = picture;
  const step = stepOf(Math.max(0, ...weeks.map(({ cents }) => cents)));
  const top = Math.max(1, Math.ceil(Math.max(0, ...weeks.map(({ cents }) => cents)) / step)) * step;
  const lines = Array.from({ length: top / step + 1 }, (_, index) => index * step);
  const widest = Math.max(...lines.map((cents) => textWidth(money(cents), small.size, "regular")));
  // Room above the highest column for its amount.
  const plot = {
    left: margin + widest + gap,
    right: pictureWidth - margin,
    top: bottom + 34,
    bottom: bottom + 34 + plotHeight,
  };
  const yOf = (cents: number) => plot.bottom - (cents / top) * plotHeight;
  const shapes = lines.map((cents) => bar(lineAt(plot, yOf(cents)), colors.line, 0));
  for (const cents of lines) {
    const y = yOf(cents) + small.size * 0.36;
    texts.push({
      ...small,
      text: money(cents),
      x: plot.left - gap,
      y,
      anchor: "end",
      color: colors.soft,
    });
  }
  const slot = (plot.right - plot.left) / Math.max(1, weeks.length);
  const columns = weeks.map((week, index): Column => {
    return { ...week, x: plot.left + (index + 0.5) * slot, y: yOf(week.cents) };
  });
  const half = Math.min(36, slot * 0.36);
  for (const { x, y, cents } of columns) {
    // A week without anything is still a week.
    const place = {
      left: x - half,
      right: x + half,
      top: Math.min(y, plot.bottom - 3),
      bottom: plot.bottom,
    };
    shapes.push(bar(place, cents > 0 ? colors.accent : colors.soft, 4));
  }
  texts.push(...amounts(columns, plot, money), ...dates(columns, plot, locale));
  return { width: pictureWidth, height: plot.bottom + 68, shapes, texts };
}

/** A round step (1, 2 or 5 times a power of ten, in whole units) for at most four lines above zero. */
function stepOf(highest: number): number {
  for (let power = 100; ; power *= 10)
    for (const times of [1, 2, 5]) if (highest <= 4 * times * power) return times * power;
}

function lineAt({ left, right }: Box, y: number): Box {
  return { left, right, top: y - 1, bottom: y + 1 };
}

/** Each column's amount where all have room; else the highest one and the last one. */
function amounts(columns: Column[], plot: Box, money: (cents: number) => string): Text[] {
  const all = columns.map((column) => textAt(column.x, column.y - 10, money(column.cents), plot));
  const slot = (plot.right - plot.left) / Math.max(1, columns.length);
  if (all.every(({ text }) => textWidth(text, small.size, "bold") + 8 <= slot)) return all;
  const highest = columns.reduce(
    (best, { cents }, at) => (cents > (columns[best]?.cents ?? 0) ? at : best),
    0,
  );
  const chosen: Text[] = [];
  for (const index of [highest, columns.length - 1]) {
    const text = all[index];
    // An amount that would stand before a higher column stays away.
    const isHidden = columns.some(
      ({ x, y }) => text && y < text.y && x > boxOf(text).left - 6 && x < boxOf(text).right + 6,
    );
    if (text && !isHidden && chosen.every((other) => !overlap(boxOf(other), boxOf(text))))
      chosen.push(text);
  }
  return chosen;
}

/** Every date, or every second or third one and so on, the last one always. */
function dates(columns: Column[], plot: Box, locale: Reader["locale"]): Text[] {
  const all = columns.map(({ x, weekStartDate }) => ({
    ...textAt(x, plot.bottom + 36, drawable(formatDate(weekStartDate, "UTC", locale)), plot),
    color: colors.soft,
    weight: "regular" as const,
  }));
  for (let every = 1; ; every++) {
    const some = all.filter((_, index) => (all.length - 1 - index) % every === 0);
    const isRoomy = some.every((text, index) => {
      const next = some[index + 1];
      return !next || boxOf(text).right + gap <= boxOf(next).left;
    });
    if (isRoomy) return some;
  }
}

/** A text over or under a column, moved where it would leave the picture. */
function textAt(x: number, y: number, text: string, { left, right }: Box): Text {
  const half = textWidth(text, small.size, "bold") / 2;
  const inside = Math.max(left + half, Math.min(right - half, x));
  return { ...small, weight: "bold", text, x: inside, y, anchor: "middle", color: colors.ink };
}

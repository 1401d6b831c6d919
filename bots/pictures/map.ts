import { geoPath } from "d3-geo";
import type { Picture, Place, Reader } from "../../shared/messages/message.ts";
import { texts as textsOf } from "../../shared/texts/index.ts";
import type { Atlas } from "./atlas.ts";
import { type Dot, heading, labelsOf, margin, pictureWidth, small } from "./labels.ts";
import { bar, colors, rounded, type Scene } from "./scene.ts";
import { type View, viewOf } from "./view.ts";
import { cutTo } from "./words.ts";

type MapPicture = Extract<Picture, { kind: "map" }>;

const mapHeight = 640;

/** Where charities are: a dot for each spot, sized by what they received, and names that fit. */
export function drawMap(
  picture: MapPicture,
  { locale }: Pick<Reader, "locale">,
  { land, borders }: Atlas,
): Scene {
  const { texts, bottom } = heading(picture);
  const frame = { left: 0, right: pictureWidth, top: bottom, bottom: bottom + mapHeight };
  const view = viewOf(picture.places, frame);
  const draw = geoPath(view.project).digits(1);
  const coordinates = land.filter(view.isSeen).map(({ shape }) => shape);
  const lines = borders.filter(view.isSeen).map(({ shape }) => shape);
  const dots = dotsOf(picture.places, view);
  const labels = labelsOf(dots, frame);
  const shapes = [
    `<clipPath id="frame">${bar(frame, colors.sea, 0)}</clipPath><g clip-path="url(#frame)">`,
    bar(frame, colors.sea, 0),
    path(
      draw({ type: "MultiPolygon", coordinates }),
      `fill="${colors.land}" stroke="${colors.border}"`,
    ),
    path(
      draw({ type: "MultiLineString", coordinates: lines }),
      `fill="none" stroke="${colors.border}" stroke-width="1.5"`,
    ),
    ...dots.map(({ x, y, radius }) => {
      const place = `cx="${rounded(x)}" cy="${rounded(y)}" r="${rounded(radius)}"`;
      const look = `fill="${colors.accent}" fill-opacity="0.85" stroke="${colors.paper}" stroke-width="2"`;
      return `<circle ${place} ${look}/>`;
    }),
    "</g>",
  ];
  const unnamed = dots.length - labels.length;
  let height = frame.bottom;
  if (unnamed > 0) {
    const words = textsOf(locale)("picture.unnamed", { count: unnamed });
    const text = cutTo(words, pictureWidth - 2 * margin, small);
    texts.push({ ...small, text, x: margin, y: height + 40, anchor: "start", color: colors.soft });
    height += 64;
  }
  return { width: pictureWidth, height, shapes, texts: [...texts, ...labels] };
}

function path(d: string | null, look: string): string {
  return d === null ? "" : `<path d="${d}" ${look}/>`;
}

/** Closer together, dots would lie on each other and their names have no room. */
const sameSpot = 32;
const [smallest, largest] = [8, 24];

/** Dots in the order in which they are drawn, the largest first; areas by money. */
function dotsOf(places: readonly Place[], { project }: View): Dot[] {
  const dots: Dot[] = [];
  const byCents = places.toSorted((one, other) => other.cents - one.cents);
  for (const { label, latitude, longitude, cents } of byCents) {
    const point = project([longitude, Math.max(-82, Math.min(82, latitude))]);
    if (!point) continue;
    const [x, y] = point;
    const near = dots.find((dot) => Math.hypot(dot.x - x, dot.y - y) < sameSpot);
    if (near) {
      near.cents += cents;
      near.others++;
    } else dots.push({ x, y, label, cents, others: 0, radius: 0 });
  }
  const most = Math.max(1, ...dots.map(({ cents }) => cents));
  for (const dot of dots)
    dot.radius = smallest + (largest - smallest) * Math.sqrt(Math.max(0, dot.cents) / most);
  return dots.sort((one, other) => other.cents - one.cents);
}

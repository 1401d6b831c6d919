import { ComponentType as Type } from "discord-api-types/v10";
import { COMPONENT } from "../limits.ts";
import { checkButton, checkRow, type Tally } from "./components.ts";
import { checkOneOf, checkText, type Fields, type Path, readFields, readList } from "./fields.ts";

/** What may stand at the top of a Components V2 message, besides rows. */
export const LAYOUT = [
  Type.Section,
  Type.TextDisplay,
  Type.MediaGallery,
  Type.File,
  Type.Separator,
  Type.Container,
];

/** Checks one Components V2 part and what is inside it. */
export function checkLayout(tally: Tally, path: Path, part: Fields): void {
  const { issues } = tally;
  tally.count += 1;
  const { type } = part;
  if (type === Type.TextDisplay) {
    const size = { min: 1, max: COMPONENT.text, required: true };
    checkText(issues, [...path, "content"], part["content"], size);
  } else if (type === Type.Container) {
    checkInside(tally, path, part, [Type.ActionRow, ...LAYOUT.slice(0, -1)], COMPONENT.total);
  } else if (type === Type.Section) {
    checkInside(tally, path, part, [Type.TextDisplay], 3);
    const at = [...path, "accessory"];
    const accessory = readFields(issues, at, part["accessory"]);
    tally.count += 1;
    checkOneOf(issues, [...at, "type"], accessory["type"], [Type.Button, Type.Thumbnail]);
    if (accessory["type"] === Type.Button) checkButton(tally, at, accessory);
  }
}

function checkInside(tally: Tally, path: Path, part: Fields, allowed: Type[], max: number): void {
  const at = [...path, "components"];
  const list = readList(tally.issues, at, part["components"], { min: 1, max, required: true });
  for (const [index, one] of list.entries()) {
    const inner = readFields(tally.issues, [...at, index], one);
    if (!checkOneOf(tally.issues, [...at, index, "type"], inner["type"], allowed)) continue;
    if (inner["type"] === Type.ActionRow) checkRow(tally, [...at, index], inner);
    else checkLayout(tally, [...at, index], inner);
  }
}

import {
  type APIMessageTopLevelComponent,
  type APIModalInteractionResponseCallbackData,
  ButtonStyle,
  ComponentType as Type,
} from "discord-api-types/v10";
import { COMPONENT, MODAL } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import {
  checkInteger,
  checkOneOf,
  checkText,
  checkUrl,
  type Fields,
  type Path,
  readEach,
  readFields,
  readList,
} from "./fields.ts";

/** What has to be unique, or is counted, over a whole message. */
type Tally = { issues: Issue[]; customIds: Set<string>; count: number };

const SELECTS = [
  Type.StringSelect,
  Type.UserSelect,
  Type.RoleSelect,
  Type.MentionableSelect,
  Type.ChannelSelect,
];

/** Checks a message's rows of buttons and menus; with `v2`, its whole layout. */
export function readComponents(
  issues: Issue[],
  value: unknown,
  v2: boolean,
): APIMessageTopLevelComponent[] {
  const max = v2 ? COMPONENT.total : COMPONENT.rows;
  const list = readList(issues, ["components"], value, { max });
  const tally: Tally = { issues, customIds: new Set(), count: 0 };
  for (const [index, one] of list.entries()) {
    const path = ["components", index];
    const row = readFields(issues, path, one);
    const allowed = v2 ? [Type.ActionRow, ...LAYOUT] : [Type.ActionRow];
    if (!checkOneOf(issues, [...path, "type"], row["type"], allowed)) continue;
    if (row["type"] === Type.ActionRow) checkRow(tally, path, row);
    else checkLayout(tally, path, row);
  }
  if (v2 && tally.count > COMPONENT.total) {
    const message = `Total number of components exceeds ${COMPONENT.total}`;
    issues.push({ path: ["components"], code: "COMPONENT_MAX_TOTAL_COMPONENTS", message });
  }
  return list as APIMessageTopLevelComponent[];
}

/** A row: up to five buttons, or one menu alone. */
function checkRow(tally: Tally, path: Path, row: Fields): void {
  const { issues } = tally;
  tally.count += 1;
  const inner = [...path, "components"];
  const size = { min: 1, max: COMPONENT.buttons, required: true };
  const list = readList(issues, inner, row["components"], size);
  let width = 0;
  for (const [index, one] of list.entries()) {
    const at = [...inner, index];
    const component = readFields(issues, at, one);
    const type = component["type"];
    tally.count += 1;
    if (!checkOneOf(issues, [...at, "type"], type, [Type.Button, ...SELECTS])) continue;
    width += type === Type.Button ? 1 : COMPONENT.buttons;
    if (type === Type.Button) checkButton(tally, at, component);
    else checkSelect(tally, at, component);
  }
  if (width > COMPONENT.buttons && list.length <= COMPONENT.buttons) {
    const message = "The specified component exceeds the maximum width";
    issues.push({ path: inner, code: "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message });
  }
}

function checkCustomId(tally: Tally, path: Path, value: unknown): void {
  const { issues, customIds } = tally;
  const at = [...path, "custom_id"];
  checkText(issues, at, value, { min: 1, max: COMPONENT.customId, required: true });
  if (typeof value !== "string") return;
  if (customIds.has(value)) {
    const message = "Component custom id cannot be duplicated";
    issues.push({ path: at, code: "COMPONENT_CUSTOM_ID_DUPLICATED", message });
  }
  customIds.add(value);
}

function checkButton(tally: Tally, path: Path, button: Fields): void {
  const { issues } = tally;
  checkOneOf(issues, [...path, "style"], button["style"], [1, 2, 3, 4, 5]);
  checkText(issues, [...path, "label"], button["label"], { max: COMPONENT.label });
  if ((button["label"] ?? "") === "" && (button["emoji"] ?? null) === null) {
    const message = "A button must have a label or emoji.";
    issues.push({ path, code: "BUTTON_COMPONENT_INVALID_EMOJI", message });
  }
  if (button["style"] === ButtonStyle.Link) {
    const at = [...path, "url"];
    checkText(issues, at, button["url"], { max: COMPONENT.url, required: true });
    checkUrl(issues, at, button["url"], ["http", "https", "discord"]);
  } else {
    checkCustomId(tally, path, button["custom_id"]);
  }
}

function checkSelect(tally: Tally, path: Path, select: Fields): void {
  const { issues } = tally;
  checkCustomId(tally, path, select["custom_id"]);
  const placeholder = { max: COMPONENT.placeholder };
  checkText(issues, [...path, "placeholder"], select["placeholder"], placeholder);
  checkInteger(issues, [...path, "min_values"], select["min_values"], { max: COMPONENT.options });
  const range = { min: 1, max: COMPONENT.options };
  checkInteger(issues, [...path, "max_values"], select["max_values"], range);
  if (select["type"] === Type.StringSelect) checkOptions(tally, path, select["options"]);
}

function checkOptions({ issues }: Tally, path: Path, value: unknown): void {
  const at = [...path, "options"];
  const list = readList(issues, at, value, { min: 1, max: COMPONENT.options, required: true });
  const values = new Set<unknown>();
  for (const [index, one] of list.entries()) {
    const option = readFields(issues, [...at, index], one);
    const size = { min: 1, max: COMPONENT.optionText, required: true };
    checkText(issues, [...at, index, "label"], option["label"], size);
    checkText(issues, [...at, index, "value"], option["value"], size);
    const description = { max: COMPONENT.optionText };
    checkText(issues, [...at, index, "description"], option["description"], description);
    if (values.has(option["value"])) {
      const message = "The specified option value is already used";
      const where = [...at, index, "value"];
      issues.push({ path: where, code: "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message });
    }
    values.add(option["value"]);
  }
}

/** What may stand at the top of a Components V2 message, besides rows. */
const LAYOUT = [
  Type.Section,
  Type.TextDisplay,
  Type.MediaGallery,
  Type.File,
  Type.Separator,
  Type.Container,
];

/** Checks one Components V2 part and what is inside it. */
function checkLayout(tally: Tally, path: Path, part: Fields): void {
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

const INSIDE_LABEL = [
  Type.TextInput,
  Type.StringSelect,
  Type.UserSelect,
  Type.RoleSelect,
  Type.MentionableSelect,
  Type.ChannelSelect,
  Type.FileUpload,
];

/** Checks a form that opens over the chat. */
export function readModal(value: unknown): APIModalInteractionResponseCallbackData {
  const issues: Issue[] = [];
  const tally: Tally = { issues, customIds: new Set(), count: 0 };
  const modal = readFields(issues, ["data"], value);
  const id = { min: 1, max: COMPONENT.customId, required: true };
  checkText(issues, ["data", "custom_id"], modal["custom_id"], id);
  const title = { min: 1, max: MODAL.title, required: true };
  checkText(issues, ["data", "title"], modal["title"], title);
  const size = { min: 1, max: MODAL.fields, required: true };
  const path = ["data", "components"];
  for (const [at, line] of readEach(issues, path, modal["components"], size)) {
    checkLine(tally, at, line);
  }
  if (issues.length > 0) throw invalidForm(issues);
  return modal as unknown as APIModalInteractionResponseCallbackData;
}

/** A line of the form: a row with one text input, or a label around an input. */
function checkLine(tally: Tally, path: Path, line: Fields): void {
  const { issues } = tally;
  const kinds = [Type.ActionRow, Type.Label, Type.TextDisplay];
  if (!checkOneOf(issues, [...path, "type"], line["type"], kinds)) return;
  if (line["type"] === Type.TextDisplay) return;
  if (line["type"] === Type.Label) {
    const label = { min: 1, max: MODAL.label, required: true };
    checkText(issues, [...path, "label"], line["label"], label);
    checkText(issues, [...path, "description"], line["description"], { max: 100 });
    const at = [...path, "component"];
    const inner = readFields(issues, at, line["component"]);
    if (!checkOneOf(issues, [...at, "type"], inner["type"], INSIDE_LABEL)) return;
    if (inner["type"] === Type.TextInput) checkInput(tally, at, inner, false);
    else checkCustomId(tally, at, inner["custom_id"]);
    return;
  }
  const size = { min: 1, max: 1, required: true };
  const row = [...path, "components"];
  for (const [at, input] of readEach(issues, row, line["components"], size)) {
    if (!checkOneOf(issues, [...at, "type"], input["type"], [Type.TextInput])) continue;
    checkInput(tally, at, input, true);
  }
}

function checkInput(tally: Tally, path: Path, input: Fields, labelled: boolean): void {
  const { issues } = tally;
  checkCustomId(tally, path, input["custom_id"]);
  checkOneOf(issues, [...path, "style"], input["style"], [1, 2]);
  if (labelled) {
    const label = { min: 1, max: MODAL.label, required: true };
    checkText(issues, [...path, "label"], input["label"], label);
  }
  checkInteger(issues, [...path, "min_length"], input["min_length"], { max: MODAL.value });
  const range = { min: 1, max: MODAL.value };
  checkInteger(issues, [...path, "max_length"], input["max_length"], range);
  checkText(issues, [...path, "value"], input["value"], { max: MODAL.value });
  const placeholder = { max: MODAL.placeholder };
  checkText(issues, [...path, "placeholder"], input["placeholder"], placeholder);
}

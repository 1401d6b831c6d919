import {
  type APIModalInteractionResponseCallbackData,
  ComponentType as Type,
} from "discord-api-types/v10";
import { COMPONENT, MODAL } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import { checkCustomId, type Tally } from "./components.ts";
import {
  checkInteger,
  checkOneOf,
  checkText,
  type Fields,
  type Path,
  readEach,
  readFields,
} from "./fields.ts";

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
  const most = { min: 1, max: MODAL.value };
  checkInteger(issues, [...path, "max_length"], input["max_length"], most);
  checkText(issues, [...path, "value"], input["value"], { max: MODAL.value });
  const placeholder = { max: MODAL.placeholder };
  checkText(issues, [...path, "placeholder"], input["placeholder"], placeholder);
}

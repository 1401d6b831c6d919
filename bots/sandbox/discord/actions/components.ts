import {
  type APIButtonComponent,
  type APIMessageComponent,
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  ComponentType as Type,
  InteractionType,
} from "discord-api-types/v10";
import type { Act, ActAnswer } from "../../contract.ts";
import { canSee, labelOf } from "../transcript.ts";
import type { Stored } from "../world.ts";
import { ask, refuse, type ActionContext } from "./ask.ts";
import { closeModal, type Field, fieldsOf, modalOf } from "../interactions.ts";

/** A button, found by what stands on it. */
export async function click(
  context: ActionContext,
  act: Act & { do: "click" },
): Promise<ActAnswer> {
  const stored = visible(context, act.message);
  if (!stored) return refuse("There is no such message here.");
  const buttons = all(stored, Type.Button) as APIButtonComponent[];
  const button =
    buttons.find((one) => labelOf(one) === act.button) ??
    buttons.find((one) => "custom_id" in one && one.custom_id === act.button);
  if (!button) return refuse(`There is no button "${act.button}" under this message.`);
  if (button.disabled) return refuse(`The button "${act.button}" is disabled.`);
  if (!("custom_id" in button)) return refuse(`The button "${act.button}" only opens a link.`);
  return await use(context, stored, { custom_id: button.custom_id, component_type: Type.Button });
}

/** Options of a menu, by their values or labels. */
export async function choose(
  context: ActionContext,
  act: Act & { do: "choose" },
): Promise<ActAnswer> {
  const stored = visible(context, act.message);
  if (!stored) return refuse("There is no such message here.");
  const menus = all(stored, Type.StringSelect) as APIStringSelectComponent[];
  const menu = menus.find((one) => one.custom_id === act.menu || one.placeholder === act.menu);
  if (!menu) return refuse(`There is no menu "${act.menu}" under this message.`);
  if (menu.disabled) return refuse(`The menu "${act.menu}" is disabled.`);
  const values: string[] = [];
  for (const wanted of act.values) {
    const option =
      menu.options.find((one) => one.value === wanted) ??
      menu.options.find((one) => one.label === wanted);
    if (!option) return refuse(`The menu has no option "${wanted}".`);
    values.push(option.value);
  }
  const { min_values: min = 1, max_values: max = 1 } = menu;
  if (values.length < min || values.length > max) return refuse(`Choose ${min} to ${max} options.`);
  const data = { custom_id: menu.custom_id, component_type: Type.StringSelect, values };
  return await use(context, stored, data);
}

function use({ world, person, channel, waitMs }: ActionContext, source: Stored, data: unknown) {
  const type = InteractionType.MessageComponent;
  return ask(world, { type, person, channel, data, source }, waitMs);
}

function visible({ channel, person }: ActionContext, id: string): Stored | undefined {
  const stored = channel.messages.get(id);
  return stored && !stored.deleted && canSee(stored, person.key) ? stored : undefined;
}

/** Every component of a kind, however deep it stands. */
function all(stored: Stored, type: Type): unknown[] {
  const found: APIMessageComponent[] = [];
  const walk = (component: APIMessageComponent) => {
    if (component.type === type) found.push(component);
    if ("components" in component) component.components.forEach(walk);
    if ("accessory" in component) walk(component.accessory);
  };
  (stored.message.components ?? []).forEach(walk);
  return found;
}

/** Sends an open form; what is not given keeps the value it was opened with. */
export async function submit(
  context: ActionContext,
  act: Act & { do: "submit" },
): Promise<ActAnswer> {
  const { world, person, waitMs } = context;
  const modal = modalOf(world, person.key, act.modal);
  if (!modal) return refuse("There is no such form open.");
  const fields = fieldsOf(modal.data);
  const unknown = Object.keys(act.fields).find(
    (key) => !fields.some((one) => one.input.custom_id === key),
  );
  if (unknown !== undefined) return refuse(`The form has no field "${unknown}".`);
  const values = new Map<string, string>();
  for (const field of fields) {
    const value = act.fields[field.input.custom_id] ?? field.input.value ?? "";
    const problem = problemWith(field, value);
    if (problem) return refuse(`${field.label}: ${problem}`);
    values.set(field.input.custom_id, value);
  }
  closeModal(world, person.key, act.modal);
  const data = { custom_id: modal.data.custom_id, components: filled(modal.data, values) };
  const type = InteractionType.ModalSubmit;
  const { channel, source } = modal;
  return await ask(world, { type, person, channel, data, source }, waitMs);
}

function problemWith({ input }: Field, value: string): string | undefined {
  const { required = true, min_length: min = 0, max_length: max = 4000 } = input;
  if (value === "") return required ? "This field is required." : undefined;
  if (value.length < min) return `Must be ${min} or more in length.`;
  return value.length > max ? `Must be ${max} or fewer in length.` : undefined;
}

function filled(data: APIModalInteractionResponseCallbackData, values: Map<string, string>) {
  const fill = (custom_id: string) => ({
    type: Type.TextInput,
    custom_id,
    value: values.get(custom_id) ?? "",
  });
  return data.components.flatMap((line): unknown[] => {
    if (line.type === Type.ActionRow) {
      return [{ type: line.type, components: line.components.map((one) => fill(one.custom_id)) }];
    }
    if (line.type !== Type.Label) return [{ type: line.type }];
    const { component } = line;
    if (component.type === Type.TextInput) {
      return [{ type: line.type, component: fill(component.custom_id) }];
    }
    // Menus in a form are sent as they were opened: scripts fill in text only.
    return [{ type: line.type, component: untouched(component) }];
  });
}

function untouched(component: { type: Type; custom_id: string; options?: unknown }) {
  const options = Array.isArray(component.options)
    ? (component.options as { value: string; default?: boolean }[])
    : [];
  const values = options.filter((one) => one.default === true).map((one) => one.value);
  return { type: component.type, custom_id: component.custom_id, values };
}

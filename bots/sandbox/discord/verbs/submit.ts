import {
  type APIModalInteractionResponseCallbackData,
  ComponentType as Type,
  InteractionType,
} from "discord-api-types/v10";
import type { Act, ActAnswer } from "../../contract.ts";
import { closeModal, type Field, fieldsOf, modalOf } from "../modals.ts";
import { ask } from "./ask.ts";
import type { Scene } from "./command.ts";
import { refuse } from "./wait.ts";

/** Sends an open form; what is not given keeps the value it was opened with. */
export async function submit(scene: Scene, act: Act & { do: "submit" }): Promise<ActAnswer> {
  const { world, person, waitMs } = scene;
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

import {
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ComponentType as Type,
  TextInputStyle,
} from "discord-api-types/v10";
import type { ActAnswer } from "../contract.ts";
import { keepNewest } from "./bounded.ts";
import { KEEP } from "./limits.ts";
import type { Interaction, OpenModal, World } from "./world.ts";

type Shown = NonNullable<Extract<ActAnswer, { ok: true }>["modal"]>;

/** One text field of a form, with the label it stands under. */
export type Field = { input: APITextInputComponent; label: string };

const keyOf = (person: string, modal: string) => `${person} ${modal}`;

/** Keeps the form open for the person, and says what it looks like. */
export function openModal(
  world: World,
  interaction: Interaction,
  data: APIModalInteractionResponseCallbackData,
): Shown {
  const { channel, person, source } = interaction;
  const modal: OpenModal = { data, channel, ...(source && { source }) };
  const key = keyOf(person.key, data.custom_id);
  world.modals.delete(key);
  keepNewest(world.modals, key, modal, KEEP.modals);
  return {
    id: data.custom_id,
    title: data.title,
    fields: fieldsOf(data).map(({ input, label }) => ({
      id: input.custom_id,
      label,
      required: input.required ?? true,
      multiline: input.style === TextInputStyle.Paragraph,
      ...(input.value !== undefined && { value: input.value }),
    })),
  };
}

/** The form a person has open under this id. */
export function modalOf(world: World, person: string, id: string): OpenModal | undefined {
  return world.modals.get(keyOf(person, id));
}

export function closeModal(world: World, person: string, id: string): void {
  world.modals.delete(keyOf(person, id));
}

/** The text fields of a form, whether in rows or under labels. */
export function fieldsOf({ components }: APIModalInteractionResponseCallbackData): Field[] {
  return components.flatMap((line) => {
    if (line.type === Type.Label) {
      const { component, label } = line;
      return component.type === Type.TextInput ? [{ input: component, label }] : [];
    }
    if (line.type !== Type.ActionRow) return [];
    return line.components.map((input) => ({ input, label: input.label ?? "" }));
  });
}

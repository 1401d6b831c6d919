import {
  type APIButtonComponent,
  type APIMessageComponent,
  type APIStringSelectComponent,
  ComponentType as Type,
  InteractionType,
} from "discord-api-types/v10";
import type { Act, ActAnswer } from "../../contract.ts";
import { canSee, labelOf } from "../transcript.ts";
import type { Stored } from "../world.ts";
import { ask } from "./ask.ts";
import type { Scene } from "./command.ts";
import { refuse } from "./wait.ts";

/** A button, found by what stands on it. */
export async function click(scene: Scene, act: Act & { do: "click" }): Promise<ActAnswer> {
  const stored = visible(scene, act.message);
  if (!stored) return refuse("There is no such message here.");
  const buttons = all(stored, Type.Button) as APIButtonComponent[];
  const button =
    buttons.find((one) => labelOf(one) === act.button) ??
    buttons.find((one) => "custom_id" in one && one.custom_id === act.button);
  if (!button) return refuse(`There is no button "${act.button}" under this message.`);
  if (button.disabled) return refuse(`The button "${act.button}" is disabled.`);
  if (!("custom_id" in button)) return refuse(`The button "${act.button}" only opens a link.`);
  return await use(scene, stored, { custom_id: button.custom_id, component_type: Type.Button });
}

/** Options of a menu, by their values or labels. */
export async function choose(scene: Scene, act: Act & { do: "choose" }): Promise<ActAnswer> {
  const stored = visible(scene, act.message);
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
  return await use(scene, stored, data);
}

function use({ world, person, channel, waitMs }: Scene, source: Stored, data: unknown) {
  const type = InteractionType.MessageComponent;
  return ask(world, { type, person, channel, data, source }, waitMs);
}

function visible({ channel, person }: Scene, id: string): Stored | undefined {
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

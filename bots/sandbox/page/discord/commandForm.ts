import { el } from "../dom.ts";
import type { Scene } from "../look.ts";
import type { Choice, Picker } from "../picker.ts";
import { describe, type SlashCommand, type SlashOption } from "../sandbox.ts";

type Slot = { option: SlashOption; field: HTMLInputElement; chosen?: Choice };

/** A slash command being filled in: one small field per option, Enter sends, Escape goes back. */
export function commandForm(
  command: SlashCommand,
  scene: Scene,
  picker: Picker,
  onLeave: () => void,
) {
  const slots = (command.options ?? []).map((option): Slot => ({ option, field: fieldOf(option) }));
  const hint = el("div", { class: "command-hint" }, describe(command, scene.language));

  const submit = (event?: Event) => {
    event?.preventDefault();
    const missing = slots.find(({ option, field }) => option.required && field.value.trim() === "");
    if (missing) return missing.field.focus();
    const options = Object.fromEntries(
      slots.map((slot) => [slot.option.name, valueOf(slot)]).filter(([, value]) => value !== ""),
    ) as Record<string, string>;
    onLeave();
    void scene.act({ do: "command", name: command.name, options });
  };

  const leaveOr = (slot: Slot | undefined) => (event: KeyboardEvent) => {
    if (picker.key(event)) return;
    const isEmpty = slots.every(({ field }) => field.value === "");
    const leaves = event.key === "Backspace" && isEmpty && (!slot || slot === slots[0]);
    if (event.key !== "Escape" && !leaves) return;
    event.preventDefault();
    onLeave();
  };

  for (const slot of slots) {
    const offer = () => void offerChoices(slot, command, scene, picker);
    slot.field.addEventListener("keydown", leaveOr(slot));
    slot.field.addEventListener(
      "focus",
      () => (hint.textContent = describe(slot.option, scene.language)),
    );
    slot.field.addEventListener("focus", offer);
    slot.field.addEventListener("blur", () => picker.hide());
    slot.field.addEventListener("input", () => {
      delete slot.chosen;
      offer();
    });
  }
  const run = el("button", { class: "command-run", onkeydown: leaveOr(undefined) }, "Send");
  const element = el(
    "form",
    { class: "command", onsubmit: submit, "aria-label": `/${command.name}` },
    hint,
    el("span", { class: "command-name" }, `/${command.name}`),
    ...slots.map(({ option, field }) =>
      el("label", { class: "slot" }, el("span", {}, option.name), field),
    ),
    run,
  );
  return { element, focus: () => (slots[0]?.field ?? run).focus() };
}

function fieldOf({ required, name }: SlashOption): HTMLInputElement {
  return el("input", {
    type: "text",
    name,
    placeholder: required ? "" : "optional",
    role: "combobox",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    autocomplete: "off",
    maxlength: 200,
  });
}

/** What the person chose from the list, even where it reads differently. */
const valueOf = ({ field, chosen }: Slot) => chosen?.value ?? field.value.trim();

/** The option's own choices, or what the bot suggests for what was typed so far. */
async function offerChoices(slot: Slot, command: SlashCommand, scene: Scene, picker: Picker) {
  const { option, field } = slot;
  const typed = field.value;
  const choices = option.choices
    ? option.choices
        .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
        .map(({ name, value }) => ({ label: name, value: String(value) }))
    : option.autocomplete
      ? await suggestions(command.name, option.name, typed, scene)
      : [];
  // The answer to an older text comes too late.
  if (field.value !== typed || document.activeElement !== field || slot.chosen) return;
  const take = (choice: Choice) => {
    field.value = choice.label;
    slot.chosen = choice;
  };
  picker.show(field, choices, take, typed !== "");
}

async function suggestions(name: string, option: string, value: string, scene: Scene) {
  const answer = await scene.act({ do: "autocomplete", name, option, value });
  const choices = (answer.ok && answer.choices) || [];
  return choices.map(({ name: label, value }) => ({ label, value }));
}

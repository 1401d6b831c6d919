import { el } from "../dom.ts";
import type { Composer, Scene } from "../look.ts";
import { type Choice, openPicker, type Picker } from "../picker.ts";
import { describe, type Sandbox, type SlashCommand, type SlashOption } from "../sandbox.ts";
import { matching, writingField } from "../composer.ts";
import type { ActAnswer } from "../../contract.ts";
import { whileBusy } from "../files.ts";

/** The line at the foot of a channel: words, or a slash command with its options. */
export function discordComposer(getSandbox: () => Sandbox, first: Scene): Composer {
  let scene = first;
  const picker = openPicker("Slash commands");
  const box = el("div", { class: "composer-box" });
  const element = el("div", { class: "composer" }, picker.list, box);

  const write = (text: string) => {
    const command = commandIn(text);
    // Typed to its end and sent at once: the first word is the command, as in Telegram.
    if (command) fill(command);
    else void scene.act({ do: "say", text });
  };
  const field = writingField("Message", write);
  field.addEventListener("keydown", (event) => picker.key(event), { capture: true });
  field.addEventListener("blur", () => picker.hide());
  field.addEventListener("input", () => {
    const typed = /^\/([a-z0-9_-]*)$/.exec(field.value)?.[1];
    if (typed === undefined) return picker.hide();
    const choices = matching(getSandbox().commands.discord, typed).map((command) => ({
      label: `/${command.name}`,
      hint: describe(command, scene.language),
      value: command.name,
    }));
    picker.show(field, choices, ({ value }) => begin(value, false));
  });

  const commandIn = (text: string) =>
    getSandbox().commands.discord.find(({ name }) => `/${name}` === text.split(/\s/, 1)[0]);

  /** Back to words. */
  function rest(takesFocus: boolean): void {
    picker.hide();
    field.value = "";
    box.replaceChildren(field);
    if (takesFocus) field.focus();
  }

  function fill(command: SlashCommand): void {
    const form = commandForm(command, scene, picker, () => rest(true));
    box.replaceChildren(form.element);
    form.focus();
  }

  function begin(name: string, sendsBare: boolean): void {
    const command = getSandbox().commands.discord.find((one) => one.name === name);
    const needs = command?.options?.some((option) => option.required) ?? false;
    if (command && (needs || !sendsBare)) return fill(command);
    void scene.act({ do: "command", name });
  }

  function reset(fresh: Scene): void {
    scene = fresh;
    const { kind, title } = fresh.place;
    const label = kind === "dm" ? "Message @Plaza" : `Message #${title.replace(/^#/, "")}`;
    field.placeholder = label;
    field.setAttribute("aria-label", label);
    rest(false);
  }
  reset(first);
  return { element, begin: (command) => begin(command, true), reset };
}

type Slot = { option: SlashOption; field: HTMLInputElement; chosen?: Choice };

/** A slash command being filled in: one small field per option, Enter sends, Escape goes back. */
function commandForm(command: SlashCommand, scene: Scene, picker: Picker, onLeave: () => void) {
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

type Modal = NonNullable<Extract<ActAnswer, { ok: true }>["modal"]>;
type Field = Modal["fields"][number];

/** The form the bot asks to be filled in. It closes when the bot has taken it. */
export function showModal(modal: Modal, scene: Scene): void {
  const fields = modal.fields.map((field) => [field.id, input(field), field.label] as const);
  const trouble = el("p", { class: "modal-trouble", role: "alert", hidden: true });
  const dialog = el("dialog", { class: "modal discord", "aria-label": modal.title });
  const close = () => dialog.close();
  const submit = async () => {
    const filled = Object.fromEntries(fields.map(([id, { value }]) => [id, value]));
    const answer = await scene.act({ do: "submit", modal: modal.id, fields: filled });
    if (answer.ok) return close();
    trouble.textContent = answer.error;
    trouble.hidden = false;
  };
  const send = el("button", { class: "key primary" }, "Submit");
  const form = el(
    "form",
    {
      onsubmit: (event: Event) => {
        event.preventDefault();
        void whileBusy(send, submit());
      },
    },
    el("h2", {}, modal.title),
    ...fields.map(([, control, label]) =>
      el("label", {}, el("span", {}, label, control.required && star()), control),
    ),
    trouble,
    el(
      "div",
      { class: "modal-keys" },
      el("button", { class: "key", type: "button", onclick: close }, "Cancel"),
      send,
    ),
  );
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const star = () => el("span", { class: "star", "aria-hidden": "true" }, " *");

function input({ required, multiline, value = "" }: Field) {
  const maxlength = 4000;
  const control = multiline
    ? el("textarea", { rows: 4, required, maxlength })
    : el("input", { type: "text", required, maxlength, autocomplete: "off" });
  control.value = value;
  return control;
}

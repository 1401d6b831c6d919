import { el } from "../dom.ts";
import type { Composer, Scene } from "../look.ts";
import { openPicker } from "../picker.ts";
import { describe, type SlashCommand, type Sandbox } from "../sandbox.ts";
import { matching, writingField } from "../writing.ts";
import { commandForm } from "./commandForm.ts";

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

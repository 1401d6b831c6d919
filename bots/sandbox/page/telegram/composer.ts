import { el, icon } from "../dom.ts";
import type { Composer, Scene } from "../look.ts";
import { openPicker } from "../picker.ts";
import type { Sandbox } from "../sandbox.ts";
import { matching, sendFrom, writingField } from "../composer.ts";

/** The line at the foot of a chat, with the bot's commands over it while a "/" is written. */
export function telegramComposer(getSandbox: () => Sandbox, first: Scene): Composer {
  let scene = first;
  const send = (text: string) => void scene.act({ do: "say", text });
  const picker = openPicker("Commands");
  const field = writingField("Message", send);
  field.addEventListener("keydown", (event) => picker.key(event), { capture: true });
  field.addEventListener("blur", () => picker.hide());
  field.addEventListener("input", () => {
    const typed = /^\/([a-z_]*)$/.exec(field.value)?.[1];
    if (typed === undefined) return picker.hide();
    const commands = getSandbox().commands.telegram.map(({ command, description }) => ({
      name: command,
      description,
    }));
    const choices = matching(commands, typed).map(({ name, description }) => ({
      label: `/${name}`,
      hint: description,
      value: `/${name}`,
    }));
    picker.show(field, choices, ({ value }) => {
      field.value = "";
      send(value);
    });
  });

  const submit = (event: Event) => {
    event.preventDefault();
    sendFrom(field, send);
    field.focus();
  };
  const element = el(
    "form",
    { class: "composer", onsubmit: submit },
    picker.list,
    field,
    el("button", { class: "send", "aria-label": "Send" }, icon("send")),
  );
  return {
    element,
    begin: (command) => send(`/${command}`),
    reset: (fresh) => {
      scene = fresh;
      field.value = "";
      picker.hide();
    },
  };
}

import type { ActAnswer } from "../../contract.ts";
import { el } from "../dom.ts";
import type { Scene } from "../look.ts";
import { whileBusy } from "../press.ts";

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

import { el } from "../dom.ts";
import type { ControlPanel } from "../sandbox.ts";
import type { Doing, Part } from "./drawer.ts";
import { onChange, section } from "./section.ts";

const modes = {
  answers: "Answers",
  refuses: "Refuses to answer",
  wrong: "Alters one figure",
  inject: "Adds a link and a mention",
  nonsense: "Writes nonsense",
  slow: "Does not answer",
  broken: "500",
};

/** How the model behaves that explains the weekly distribution, and how often it was asked. */
export function explanations(doing: Doing): Part {
  const mode = el(
    "select",
    {},
    ...Object.entries(modes).map(([value, label]) => el("option", { value }, label)),
  );
  mode.addEventListener("change", () => {
    const words = modes[mode.value as keyof typeof modes];
    void doing({ do: "openai", mode: mode.value }, `The model: ${words.toLowerCase()}.`);
  });
  const asked = el("p", { class: "none" });

  const draw = onChange<ControlPanel["openai"]>((state) => {
    mode.value = state.mode;
    asked.textContent = `Calls: ${state.calls}, without an answer so far: ${state.waiting}`;
  });
  return {
    element: section(
      "Explanations",
      false,
      el("label", { class: "field" }, el("span", {}, "The model"), mode),
      asked,
    ),
    show: ({ openai }) => draw(openai),
  };
}

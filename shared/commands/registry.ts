import type { Form } from "../messages/message.ts";
import { unknownButton } from "./reply.ts";
import type {
  ActionHandler,
  Answers,
  Command,
  CommandContext,
  CommandForm,
  Reply,
} from "./command.ts";

/** Every command with its actions and forms, by their names. */
export type Registry = {
  commands: readonly Command[];
  find(name: string): Command | undefined;
  action(name: string): ActionHandler | undefined;
  /** A form by its id; null for one that is not known any more. */
  showForm(ctx: CommandContext, formId: string): Form | null;
  submitForm(ctx: CommandContext, formId: string, answers: Answers): Promise<Reply>;
};

/** @throws Error where two commands, actions or forms have the same name. */
export function createRegistry(commands: readonly Command[]): Registry {
  const byName = unique(commands.map((command) => [command.name, command]));
  const actions = unique(commands.flatMap(({ actions: own = {} }) => Object.entries(own)));
  const forms = unique(commands.flatMap(({ forms: own = {} }) => Object.entries(own)));
  return {
    commands,
    find: (name) => byName.get(name),
    action: (name) => actions.get(name),
    showForm(ctx, formId) {
      const { form, of } = formOf(forms, formId);
      return form?.show?.(ctx, of) ?? null;
    },
    async submitForm(ctx, formId, answers) {
      const { form, of } = formOf(forms, formId);
      return form ? await form.submit(ctx, of, answers) : unknownButton(ctx);
    },
  };
}

function formOf(forms: ReadonlyMap<string, CommandForm>, formId: string) {
  const [name = "", of = ""] = formId.split("|");
  return { form: forms.get(name), of };
}

function unique<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [name, value] of entries) {
    if (map.has(name)) throw new Error(`"${name}" is registered twice`);
    map.set(name, value);
  }
  return map;
}

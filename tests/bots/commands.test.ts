import { expect, test } from "vitest";
import { parseArgs } from "../../shared/commands/args.ts";
import type { Command, CommandContext } from "../../shared/commands/command.ts";
import { createFrontDoor, readActionId } from "../../shared/commands/frontDoor.ts";
import { reply } from "../../shared/commands/reply.ts";
import { texts } from "../../shared/texts/index.ts";

// A command is one object: its option, its button and its form come with it.

const greet: Command = {
  name: "greet",
  describe: "command.help",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [{ name: "city", describe: "option.city" }],
  run: async ({ args }) =>
    reply({
      lines: [[`Hello, ${args.named["city"] ?? "world"}`]],
      buttons: [[{ label: "Wave", action: "wave|twice" }]],
    }),
  actions: {
    greet: async () => reply({ lines: [["Hello again"]] }),
    wave: async (_ctx, [times = "once"]) =>
      reply({ lines: [[`Waved ${times}`]] }, { editsMessage: true }),
  },
  forms: {
    name: {
      submit: async (_ctx, of, { name = "" }) => reply({ lines: [[`${of} is ${name}`]] }),
    },
  },
};

const frontDoor = createFrontDoor([greet]);

function contextOf(typed = "", kind: "private" | "group" = "private"): CommandContext {
  return {
    chat: { platform: "telegram", id: "1", kind, title: "" },
    reader: { locale: "en", timezone: "UTC" },
    chosen: { tellIn: "auto", muted: [] },
    args: parseArgs(typed, greet.options),
    supportsModals: false,
    supportsEphemeral: false,
    t: texts("en"),
    now: 0,
    // Nothing here asks Convex.
    backend: {} as CommandContext["backend"],
  };
}

test("a command is run with its option, also by a synonym of the option's name", async () => {
  const { message } = await frontDoor.runCommand(contextOf("ciudad=Bogotá"), "greet");
  expect(message.lines).toEqual([["Hello, Bogotá"]]);
  expect(frontDoor.isEphemeral("greet", contextOf().args)).toBe(true);
});

test("its button is answered by its action, with what follows the action's name", async () => {
  const { actionId, keepsMessage } = readActionId("+wave|twice");
  const answered = await frontDoor.runAction(contextOf(), actionId);
  expect(keepsMessage).toBe(true);
  expect(answered).toEqual({
    message: { lines: [["Waved twice"]] },
    options: { editsMessage: true },
  });
});

test("its form is taken by the command", async () => {
  const { message } = await frontDoor.runForm(contextOf(), "name|Number 7", { name: "Ana" });
  expect(message.lines).toEqual([["Number 7 is Ana"]]);
});

test("where others read along, the command and the action of its name are sent to the private chat", async () => {
  const hint = [[texts("en")("private.hint", { command: "/greet" })]];
  const group = contextOf("", "group");
  expect((await frontDoor.runCommand(group, "greet")).message.lines).toEqual(hint);
  expect((await frontDoor.runAction(group, "greet")).message.lines).toEqual(hint);
  // Other actions also stand under messages for everybody.
  expect((await frontDoor.runAction(group, "wave")).message.lines).toEqual([["Waved once"]]);
});

test("an unknown action or form gets a sentence", async () => {
  const sentence = [[texts("en")("unknown.button")]];
  for (const name of ["nothing", "toString", ""]) {
    expect((await frontDoor.runAction(contextOf(), name)).message.lines).toEqual(sentence);
    expect((await frontDoor.runForm(contextOf(), name, {})).message.lines).toEqual(sentence);
  }
});

test("two commands may not have one name, and neither may their actions", () => {
  expect(() => createFrontDoor([greet, greet])).toThrow('"greet" is registered twice');
  const other: Command = { ...greet, name: "other", forms: {} };
  expect(() => createFrontDoor([greet, other])).toThrow('"greet" is registered twice');
});

import { expect, test, vi } from "vitest";
import type { Act } from "../../bots/sandbox/contract.ts";
import { parseArgs } from "../../shared/commands/args.ts";
import type { Option } from "../../shared/commands/command.ts";
import { commands, frontDoor } from "../../shared/commands/index.ts";
import { formAction } from "../../shared/commands/frontDoor.ts";
import { commandTable, pressTable } from "../support/access/commandTable.ts";
import type { World } from "../support/access/world.ts";
import {
  type Asker,
  type Seen,
  type SlowDiscord,
  sources,
  startSlowDiscord,
} from "../support/slow/discord.ts";
import { startMendedWorld } from "../support/slow/world.ts";

// Every command, button and form of the tables, which hold all there are (accessCommands.test.ts), on
// Discord, with each call of Convex delayed. In front of others: nothing private is seen by them, not even
// for a moment, and nothing stays without an answer.

/** Below and above what Discord gives for a first answer, each time after the deferral. */
const delays = [1_600, 4_000];

/** What is typed behind a command, as Discord's options: by name, else in their order. */
function namedOptions(typed: string, options: readonly Option[]): Record<string, string> {
  const { named, words } = parseArgs(typed, options);
  const left = [...words];
  const filled: Record<string, string> = { ...named };
  for (const { name, choices } of options) {
    const [next] = left;
    if (next === undefined) break;
    if (name in filled || name === "key") continue;
    if (choices && !choices.includes(next)) continue;
    filled[name] = choices ? next : left.join(" ");
    left.splice(0, choices ? 1 : left.length);
  }
  return filled;
}

const askers: Asker[] = ["admin", "stranger"];

/** The result, where a form that came too late has to open by its button. */
async function resultOf(bot: SlowDiscord, act: Act, fast: Seen, slow: Seen) {
  if (fast.result !== "form" || slow.result !== "private") return slow.result;
  const button = slow.buttons.at(-1) ?? "";
  const { as, in: place } = act;
  const press = { as, in: place, do: "click", message: slow.messageId ?? "", button } as const;
  return (await bot.seen(press, 0)).result;
}

/** Does something at once and slowly, and notes who saw the answers and who should have. */
async function sweep(
  plaza: Awaited<ReturnType<typeof startMendedWorld>>,
  bot: SlowDiscord,
  name: string,
  { act, isHidden }: { act: () => Promise<Act>; isHidden: (act: Act) => boolean },
) {
  const found: Record<string, string> = {};
  const right: Record<string, string> = {};
  let fast: Seen | undefined;
  for (const delayMs of [0, ...delays]) {
    const wanted = await act();
    // A refusal comes with the first call.
    if (wanted.as === "stranger" && delayMs === delays[1]) continue;
    const seen = await bot.seen(wanted, delayMs);
    fast ??= seen;
    const isPrivate = isHidden(wanted) || bot.slow.options?.ephemeral === true;
    const key = `${name} by ${wanted.as} after ${delayMs}`;
    found[key] = await resultOf(bot, wanted, fast, seen);
    right[key] = fast.result === "form" ? "form" : isPrivate ? "private" : "public";
    if (bot.slow.hasWritten) await plaza.mend();
    bot.slow.hasWritten = false;
  }
  return { found, right };
}

async function start() {
  const plaza = await startMendedWorld();
  const bot = await startSlowDiscord(() => plaza.world.t);
  const found: Record<string, string> = {};
  const right: Record<string, string> = {};
  return {
    plaza,
    bot,
    found,
    right,
    async sweep(...args: Tail<Parameters<typeof sweep>>) {
      const one = await sweep(plaza, bot, ...args);
      Object.assign(found, one.found);
      Object.assign(right, one.right);
    },
  };
}
type Tail<T extends unknown[]> = T extends [unknown, unknown, ...infer Rest] ? Rest : never;

test("every slash command", async () => {
  const { plaza, bot, found, right, ...all } = await start();
  for (const [row, { words }] of Object.entries(commandTable)) {
    const [name = ""] = row.split(" ");
    const { options = [] } = commands.find((one) => one.name === name) ?? {};
    for (const as of askers) {
      const place = bot.newPlace();
      let given: Record<string, string> = {};
      const act = async () => {
        const typed = (await words?.(plaza.world, as, "discord")) ?? "";
        given = namedOptions(typed, options);
        return { as, in: place, do: "command", name, options: given } as const;
      };
      const isHidden = () => frontDoor.isEphemeral(name, { words: [], named: given });
      await all.sweep(`/${row}`, { act, isHidden });
    }
  }
  expect(found).toEqual(right);
  expect(new Set(Object.values(found))).toEqual(new Set(["private", "public", "form"]));
});

test("every button, under a message for everybody, an announcement and a hidden message", async () => {
  const { plaza, bot, found, right, ...all } = await start();
  for (const [row, { words }] of Object.entries(pressTable)) {
    for (const as of askers) {
      // Who is refused is refused alike under every message.
      for (const source of as === "admin" ? sources : sources.slice(0, 1)) {
        const place = bot.newPlace();
        const act = async () => {
          const action = (await words?.(plaza.world, as, "discord")) ?? row;
          return await bot.source(as, source, action, place);
        };
        const isHidden = () => source !== "everybody's message";
        await all.sweep(`${row} under ${source}`, { act, isHidden });
      }
    }
  }
  expect(found).toEqual(right);
});

/** What stands behind a form's name, by the world's rows. */
const formTable: Record<string, (world: World) => string> = {
  join: () => "",
  giveCity: () => "500",
  charity: () => "",
  "charity-edit": ({ waitingId }) => waitingId,
  "charity-reason": ({ waitingId }) => waitingId,
  reason: ({ applicationId }) => applicationId,
  key: ({ orgId }) => orgId,
};

test("every form stands in the table, and nothing else does", () => {
  const forms = commands.flatMap((command) => Object.keys(command.forms ?? {}));
  expect(new Set(Object.keys(formTable))).toEqual(new Set(forms));
});

test("every form that is filled in", async () => {
  const { plaza, bot, found, right, ...all } = await start();
  // Without payments: Stripe's library waits between its tries on a clock that stands still here.
  vi.stubEnv("STRIPE_SECRET_KEY", "");
  for (const [name, of] of Object.entries(formTable)) {
    for (const as of askers) {
      const place = bot.newPlace();
      const act = async () => {
        const form = of(plaza.world) === "" ? name : `${name}|${of(plaza.world)}`;
        const source = await bot.source(as, "everybody's message", formAction(form), place);
        const opened = await bot.act(source);
        const modal = opened?.ok ? opened.modal : undefined;
        if (!modal) throw new Error(`the form ${form} does not open`);
        const fields = Object.fromEntries(modal.fields.map(({ id }) => [id, "Some words"]));
        return { as, in: place, do: "submit", modal: modal.id, fields } as const;
      };
      await all.sweep(name, { act, isHidden: () => true });
    }
  }
  expect(found).toEqual(right);
});

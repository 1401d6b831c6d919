import { expect, test } from "vitest";
import type { Act } from "../../bots/sandbox/contract.ts";
import { texts } from "../../shared/texts/index.ts";
import { commandTable, pressTable } from "../support/access/commandTable.ts";
import { startMendedWorld } from "../support/slow/world.ts";
import type { Asker } from "../support/slow/discord.ts";
import { type Room, startSlowTelegram } from "../support/slow/telegram.ts";

// Every command and button of the tables, which hold all there are (accessCommands.test.ts), on
// Telegram, with each call of Convex delayed. In front of others nothing is seen that is for one person
// alone, and nothing stays without an answer.

/** Telegram takes no alert 15 seconds after the press: an action with four calls comes later than that. */
const delays = [0, 1_600, 4_000];
const askers: Asker[] = ["admin", "stranger"];
/** Who is refused is refused alike in private. */
const roomsFor = (as: Asker): Room[] => (as === "admin" ? ["group", "dm"] : ["group"]);

/** What leads to the private chat, up to the command's name. */
const hint = texts("en")("private.hint", { command: "|" }).split("|")[0] ?? "";
const privateOnly = texts("en")("refusal.private-only");

async function start() {
  const plaza = await startMendedWorld();
  const bot = await startSlowTelegram(() => plaza.world.t);
  const found: Record<string, string> = {};
  const right: Record<string, string> = {};
  return {
    plaza,
    bot,
    found,
    right,
    /** Does something at once and slowly: each time, the same people have an answer. */
    sweep: async (name: string, isForOne: boolean, act: () => Promise<Act>) => {
      let fast: string | undefined;
      for (const delayMs of delays) {
        const wanted = await act();
        // A refusal comes with the first call.
        if (wanted.as === "stranger" && delayMs === 4_000) continue;
        // There nobody reads along, and a message that stays is answered below it, however late.
        if ((wanted.in === "dm" || name.startsWith("+")) && delayMs !== 4_000) continue;
        const key = `${name} by ${wanted.as} in ${wanted.in === "dm" ? "private" : "a group"} after ${delayMs}`;
        const { result, publicly } = await bot.heard(wanted, delayMs);
        const isTold = publicly.some((text) => !text.startsWith(hint) && text !== privateOnly);
        found[key] = isForOne && isTold ? "told to others" : result;
        fast ??= result;
        // Who pressed long ago is told in private.
        right[key] = fast === "alert" && result === "private" ? result : fast;
        if (fast === "silent") right[key] = "an answer";
        if (bot.slow.hasWritten) await plaza.mend();
        bot.slow.hasWritten = false;
      }
    },
  };
}

test("every command", async () => {
  const { plaza, bot, found, right, sweep } = await start();
  for (const [row, { words, where }] of Object.entries(commandTable)) {
    for (const as of askers) {
      for (const place of roomsFor(as).map(bot.placeFor)) {
        await sweep(`/${row}`, where !== "anywhere", async () => {
          const typed = (await words?.(plaza.world, as, "telegram")) ?? "";
          const text = `/${row.split(" ")[0]} ${typed}`.trim();
          return { as, in: place, do: "say", text };
        });
      }
    }
  }
  expect(found).toEqual(right);
});

test("every button, under a message that changes and under one that stays", async () => {
  const { plaza, bot, found, right, sweep } = await start();
  for (const [row, { words, where }] of Object.entries(pressTable)) {
    for (const as of askers) {
      for (const room of roomsFor(as)) {
        const place = bot.placeFor(room);
        // Who is refused is refused alike under every message.
        for (const sign of room === "group" && as === "admin" ? ["", "+"] : [""]) {
          await sweep(`${sign}${row}`, where !== "anywhere", async () => {
            const action = (await words?.(plaza.world, as, "telegram")) ?? row;
            return await bot.source(as, place, `${sign}${action}`);
          });
        }
      }
    }
  }
  expect(found).toEqual(right);
});

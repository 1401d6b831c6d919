import { onTestFinished, vi } from "vitest";
import { createBudgets } from "../../../bots/budget.ts";
import { createGate } from "../../../bots/discord/gate.ts";
import { runDiscord } from "../../../bots/discord/index.ts";
import { createLog } from "../../../bots/log.ts";
import type { Act, Person } from "../../../bots/sandbox/contract.ts";
import { startDiscordEmulator } from "../../../bots/sandbox/discord/index.ts";
import { reply } from "../../../shared/commands/reply.ts";
import { subjectOf } from "../access/world.ts";
import type { Plaza } from "../convex/plaza.ts";
import { slowBackend } from "./backend.ts";
import { createPump } from "./quiet.ts";

// The whole Discord bot, with the real library, in a server in which somebody else reads along.

const person = (key: string, discordId: string): Person => ({
  key,
  name: key,
  language: "en",
  telegramId: 1,
  discordId,
});

/** Somebody who may do everything, and somebody who is refused. */
export type Asker = "admin" | "stranger";

/** Under which message a button is pressed. */
export type Source = "everybody's message" | "an announcement" | "a hidden message";
export const sources: Source[] = ["everybody's message", "an announcement", "a hidden message"];

/** What became of an act: who saw an answer, or the form that opened. */
export type Seen = {
  result: "silent" | "private" | "public" | "form";
  /** Buttons that the person has now. */
  buttons: string[];
  /** The message that was answered with. */
  messageId: string | undefined;
};

/** Nothing ends an act but its answer: the timers stand still. */
const actMs = 300_000;

export async function startSlowDiscord(plaza: () => Plaza) {
  const emulator = await startDiscordEmulator({
    people: [
      person("admin", subjectOf("admin", "discord").slice("discord:".length)),
      person("stranger", subjectOf("stranger", "discord").slice("discord:".length)),
      person("other", "499"),
    ],
    places: [{ key: "dm", title: "dm", kind: "dm" }],
    now: () => Date.now(),
  });
  const slow = slowBackend(plaza, "discord");
  const pump = createPump(slow.isBusy);
  slow.clock = pump.clock;
  const stop = new AbortController();
  const starting = runDiscord(
    { token: emulator.token, api: emulator.url, gate: createGate(Date.now) },
    {
      answering: slow.answering,
      budgets: createBudgets(1_000_000, () => Date.now()),
      backend: slow.backend,
      clock: pump.clock,
      log: createLog("silent"),
      signal: stop.signal,
    },
  );
  const bot = await starting;
  // The commands are registered beside the start.
  while (emulator.commands().length === 0)
    await new Promise<void>((resolve) => setImmediate(resolve));
  onTestFinished(async () => {
    stop.abort();
    await bot.stopped;
    await emulator.close();
  });
  let places = 0;
  const act = async (wanted: Act) => await pump.run(emulator.act(wanted, actMs));

  /** A channel of its own, so that nothing else is seen there. */
  const newPlace = () => {
    const key = `channel-${++places}`;
    emulator.addPlace({ key, title: key, kind: "channel", id: `${7_000_000 + places}` });
    return key;
  };

  /** Does one thing with every call of Convex delayed, and tells who saw what of the answer. */
  const seen = async (wanted: Act, delayMs: number): Promise<Seen> => {
    const place = wanted.in;
    const { as: asker } = wanted;
    const read = (as: string) =>
      new Map(emulator.transcript({ in: place, as }).map((one) => [one.id, JSON.stringify(one)]));
    const before = read(asker);
    const others = read("other");
    let isPublic = false;
    const ignore = emulator.onChange(() => {
      for (const [id, words] of read("other")) {
        const { deleted } = JSON.parse(words) as { deleted?: boolean };
        if (others.get(id) !== words && !deleted) isPublic = true;
      }
    });
    // A second of its own for each act: Discord counts requests by the second.
    vi.setSystemTime(Date.now() + 1_000);
    slow.delayMs = delayMs;
    const answer = await act(wanted);
    slow.delayMs = 0;
    ignore();
    if (answer && !answer.ok) throw new Error(`${JSON.stringify(wanted)}: ${answer.error}`);
    const changed = emulator
      .transcript({ in: place, as: asker })
      .filter((one) => !one.deleted && before.get(one.id) !== JSON.stringify(one));
    const result = answer?.modal
      ? "form"
      : isPublic
        ? "public"
        : changed.length > 0
          ? "private"
          : "silent";
    return {
      result,
      buttons: changed.flatMap(({ buttons = [] }) => buttons.flat().map(({ label }) => label)),
      messageId: changed.at(-1)?.id,
    };
  };

  /** A message of the bot's with one button. */
  const source = async (as: Asker, kind: Source, action: string, place: string) => {
    const label = "Press";
    const carried = kind === "an announcement" ? `+${action}` : action;
    slow.instead = async () =>
      reply(
        { lines: [["Source"]], buttons: [[{ label, action: carried }]] },
        { ephemeral: kind === "a hidden message" },
      );
    const answer = await act({ as, in: place, do: "command", name: "help" });
    const message = answer?.ok ? answer.messages?.[0]?.id : undefined;
    if (message === undefined) throw new Error(`no source: ${JSON.stringify(answer)}`);
    return { as, in: place, do: "click", message, button: label } as const;
  };

  return { slow, act, seen, source, newPlace };
}

export type SlowDiscord = Awaited<ReturnType<typeof startSlowDiscord>>;

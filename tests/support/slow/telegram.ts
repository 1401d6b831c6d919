import { onTestFinished, vi } from "vitest";
import { createBudgets } from "../../../bots/budget.ts";
import { createLog } from "../../../bots/log.ts";
import type { Act, Person } from "../../../bots/sandbox/contract.ts";
import { startTelegramEmulator } from "../../../bots/sandbox/telegram/index.ts";
import { runTelegram } from "../../../bots/telegram/index.ts";
import { reply } from "../../../shared/commands/reply.ts";
import { subjectOf } from "../access/world.ts";
import type { Plaza } from "../convex/plaza.ts";
import { slowBackend } from "./backend.ts";
import { createPump } from "./quiet.ts";
import type { Asker } from "./discord.ts";

// The whole Telegram bot, with the real library, in a group in which somebody else reads along.

const person = (key: string, telegramId: number): Person => ({
  key,
  name: key,
  language: "en",
  telegramId,
  discordId: String(telegramId),
});
const numberOf = (asker: Asker) => Number(subjectOf(asker, "telegram").slice("telegram:".length));

/** Where something is asked: in front of others, or in the private chat. */
export type Room = "group" | "dm";

/** What became of an act: who saw an answer. An alert is seen by the one who pressed. */
export type Heard = {
  result: "silent" | "private" | "public" | "alert";
  /** What others saw, without dates and times. */
  publicly: string[];
};

const newest = 8;
/** Nothing ends an act but its answer. */
const actMs = 30 * 60_000;

export async function startSlowTelegram(plaza: () => Plaza) {
  const emulator = await startTelegramEmulator({
    people: [
      person("admin", numberOf("admin")),
      person("stranger", numberOf("stranger")),
      person("other", 499),
    ],
    places: [{ key: "dm", title: "dm", kind: "dm" }],
    now: () => Date.now(),
    isDoneWhenConfirmed: true,
  });
  const slow = slowBackend(plaza, "telegram");
  const pump = createPump(slow.isBusy, { movesTimers: true, shortMs: 50 });
  slow.clock = pump.clock;
  const stop = new AbortController();
  const bot = await runTelegram(
    { token: emulator.token, apiRoot: emulator.url },
    {
      answering: slow.answering,
      budgets: createBudgets(1_000_000, () => Date.now()),
      backend: slow.backend,
      clock: pump.clock,
      log: createLog("silent"),
      signal: stop.signal,
    },
  );
  onTestFinished(async () => {
    stop.abort();
    // The last look at the updates would wait for a timer that stands still.
    await emulator.close();
    await bot.stopped;
  });
  const act = async (wanted: Act) => await pump.run(emulator.act(wanted, actMs));
  // Whoever has written to the bot can be written to.
  for (const as of ["admin", "stranger"]) await act({ as, in: "dm", do: "say", text: "/start" });

  /** The newest messages: no act changes more. */
  const read = (as: string, place: string) =>
    new Map(
      emulator
        .transcript({ in: place, as })
        .slice(-newest)
        .map((one) => [one.id, JSON.stringify(one)] as const),
    );
  let groups = 0;
  /** A place to ask in; a group of its own, so that nothing else is seen there. */
  const placeFor = (room: Room): string => {
    if (room === "dm") return room;
    const key = `group-${++groups}`;
    emulator.addPlace({ key, title: key, kind: "group", id: `-100${7_000_000_000 + groups}` });
    return key;
  };

  /** Does one thing with every call of Convex delayed, and tells who saw what of the answer. */
  const heard = async (wanted: Act, delayMs: number): Promise<Heard> => {
    const isPrivate = wanted.in === "dm";
    const own = read(wanted.as, "dm");
    const others = isPrivate ? new Map<string, string>() : read("other", wanted.in);
    const publicly = new Set<string>();
    const look = () => {
      if (isPrivate) return;
      for (const [id, words] of read("other", wanted.in)) {
        const { deleted, from, text } = JSON.parse(words) as Record<string, string>;
        if (others.get(id) !== words && !deleted && from === "plaza") publicly.add(text ?? "");
      }
    };
    const ignore = emulator.onChange(look);
    vi.setSystemTime(Date.now() + 1_000);
    slow.delayMs = delayMs;
    const answer = await act(wanted);
    slow.delayMs = 0;
    look();
    ignore();
    if (answer && !answer.ok) throw new Error(`${JSON.stringify(wanted)}: ${answer.error}`);
    const isWritten = [...read(wanted.as, "dm")].some(
      ([id, words]) =>
        own.get(id) !== words && (JSON.parse(words) as { from: string }).from === "plaza",
    );
    const result =
      publicly.size > 0
        ? "public"
        : answer?.toast !== undefined
          ? "alert"
          : isWritten
            ? "private"
            : "silent";
    return { result, publicly: [...publicly] };
  };

  /** A message of the bot's with one button; `carried` is what the button stands for. */
  const source = async (as: Asker, place: string, carried: string) => {
    const label = "Press";
    slow.instead = async () =>
      reply({ lines: [["Source"]], buttons: [[{ label, action: carried }]] });
    const answer = await act({ as, in: place, do: "say", text: "/help" });
    const message = answer?.ok ? answer.messages?.[0]?.id : undefined;
    if (message === undefined) throw new Error(`no source: ${JSON.stringify(answer)}`);
    return { as, in: place, do: "click", message, button: label } as const;
  };

  return { slow, heard, source, placeFor };
}

export type SlowTelegram = Awaited<ReturnType<typeof startSlowTelegram>>;

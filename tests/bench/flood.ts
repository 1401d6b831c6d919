import { startPlaza } from "./bots.ts";
import { quantile } from "./load.ts";
import type { World } from "./world.ts";

export type Flood = {
  requests: number;
  /** What the flooding person got, and how often Telegram refused the bot for them. */
  answered: number;
  refused: number;
  /** Others, who each asked once meanwhile: milliseconds to the answer, and refusals for them. */
  others: number;
  median: number;
  p95: number;
  othersRefused: number;
};

const requests = 300;
const others = 40;
const pauseMs = 100;

/** One person asks 300 times at once in Telegram, with its limits on, while others ask once each. */
export async function flood(world: World): Promise<Flood> {
  const bots = await startPlaza(world, { perMinute: 20 });
  const { telegram } = world;
  telegram.limitRates(true);
  const began = Date.now();
  const flooder = telegram.people().find(({ key }) => key === "user-0");
  for (let count = 0; count < requests; count++)
    void telegram.act({ as: "user-0", in: "dm", do: "say", text: "/events" }, 0);
  const asked: Promise<number>[] = [];
  for (let user = 1; user <= others; user++) {
    const as = `user-${user}`;
    const at = Date.now();
    asked.push(
      telegram.act({ as, in: "dm", do: "say", text: "/help" }, 60_000).then((answer) => {
        const [message] = answer.ok ? (answer.messages ?? []) : [];
        if (!message) throw new Error("no answer in a flood");
        return message.at - at;
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const times = await Promise.all(asked);
  const refused = telegram.requests().filter(({ at, status }) => at >= began && status === 429);
  const mine = refused.filter(({ chat }) => chat === String(flooder?.telegramId));
  const said = telegram.transcript({ in: "dm", as: "user-0" });
  telegram.limitRates(false);
  await bots.stop();
  return {
    requests,
    answered: said.filter(({ from, at }) => from === "plaza" && at >= began).length,
    refused: mine.length,
    others,
    median: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    othersRefused: refused.length - mine.length,
  };
}

import { type Client, Events, Routes } from "discord.js";
import type { Clock } from "../clock.ts";
import { errorKind, type Log } from "../log.ts";
import { untilDone } from "../untilDone.ts";
import type { Gate } from "./gate.ts";
import { createPause } from "./pause.ts";

/** A token that Discord refuses may be refused by mistake, or be replaced at Discord's side. */
const firstPauseMs = 60_000;

/**
 * Watches over the gateway and the token. discord.js gives up a connection that Discord closes for good
 * (4004, "authentication failed"): it is begun anew here, with longer and longer pauses. Whether the
 * token is taken again is asked in the background, so that a quiet bot learns it too.
 */
export function keepConnected(
  client: Client,
  token: string,
  { gate, clock, log, signal }: { gate: Gate; clock: Clock; log: Log; signal: AbortSignal },
): { isReady: () => boolean } {
  const pause = createPause(() => clock.now(), firstPauseMs);
  let isUp = false;

  const comeBack = async () => {
    await clock.sleep(pause.begin(), signal);
    if (signal.aborted) return;
    try {
      await client.login(token);
    } catch (error) {
      log.warn(errorKind(error), "Discord did not take the bot back");
      void comeBack();
    }
  };
  for (const up of [Events.ShardReady, Events.ShardResume] as const)
    client.on(up, () => {
      isUp = true;
      pause.end();
    });
  client.on(Events.ShardReconnecting, () => (isUp = false));
  client.on(Events.ShardDisconnect, ({ code }) => {
    isUp = false;
    if (signal.aborted) return;
    log.error({ code }, "Discord ended the connection: I try again in a minute");
    void comeBack();
  });
  client.on(Events.Error, (error) => log.warn(errorKind(error), "Discord's gateway failed"));

  gate.onUnauthorized(() => {
    const ask = async () => await client.rest.get(Routes.user());
    void untilDone(ask, "Discord refuses the bot's token", { clock, log, signal });
  });
  return { isReady: () => isUp && gate.isAuthorized() && gate.pausedMs() === 0 };
}

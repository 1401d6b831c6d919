import { api } from "../../../convex/_generated/api.js";
import type { Id } from "../../../convex/_generated/dataModel.js";
import {
  as,
  begin,
  day,
  leo,
  makeBot,
  makeOrganization,
  type Outcome,
  pass,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
} from "./plaza.ts";

// A Discord server whose scheduled events are kept on paper.

export const guildId = "900000000000000001";
type LeasedDelivery = Awaited<ReturnType<ReturnType<typeof makeBot>["lease"]>>[number];

/** A Discord with so much room, by what the bot was told: ids and titles. */
function discord(t: Plaza, { room = 100 } = {}) {
  const bot = makeBot(t, "discord");
  const there = new Map<string, string>();
  let serial = 0;
  const mirrorOf = ({ payload }: LeasedDelivery) => {
    if (payload.kind !== "scheduledEvent") throw new Error(`it is a ${payload.kind}`);
    return payload.scheduledEvent;
  };
  const answer = (leased: LeasedDelivery): Outcome => {
    const { wanted, discordEventId } = mirrorOf(leased);
    if (!wanted) {
      if (discordEventId !== undefined) there.delete(discordEventId);
      return { kind: "sent", messageId: "" };
    }
    const fingerprint = JSON.stringify(wanted);
    if (fingerprint === leased.fingerprint) return { kind: "unchanged" };
    if (discordEventId !== undefined && !there.has(discordEventId)) return { kind: "message-gone" };
    if (discordEventId === undefined && there.size >= room)
      return { kind: "not-there", reason: "Discord 30038: 100 reached" };
    const id = discordEventId ?? `e${++serial}`;
    there.set(id, wanted.title);
    return { kind: "sent", messageId: id, fingerprint };
  };
  const sent: ReturnType<typeof mirrorOf>[] = [];
  return {
    bot,
    there,
    /** What it was told since the last time. */
    told: () => sent.splice(0),
    titles: () => [...there.values()].toSorted(),
    /** Does what is owed, until nothing is; by the clock, for a server is not rushed. */
    follow: async (outcome?: Outcome) => {
      for (let round = 0; round < 400; round++) {
        await settled(t);
        const leased = await bot.lease();
        for (const one of leased) {
          if (!(await bot.begin(one))) continue;
          const result = outcome ?? answer(one);
          if (result.kind !== "unchanged") sent.push(mirrorOf(one));
          await bot.complete(one, result);
        }
        const open = (await rows(t, "deliveries")).filter(
          ({ task, isOpen }) => task.kind === "scheduledEvent" && isOpen,
        );
        if (leased.length === 0 && open.length === 0) return;
        if (leased.length === 0) await pass(t, 2000);
      }
      throw new Error("there is no end to it");
    },
  };
}

/** An organization, and the paper Discord that its events are mirrored to. */
export async function plazaWithServer({ room = 100 } = {}) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  const there = discord(t, { room });
  const mirror = async (isOn: boolean, of: Id<"organizations"> = orgId) => {
    await as(t, leo).mutation(api.scheduledEvents.set, { orgId: of, isOn, guildId });
    await settled(t);
  };
  return { t, orgId, mirror, ...there };
}

/** Two days from the beginning, and so many more. */
export const soon = (index: number) => begin + (index + 2) * day;
/** So many events, a day apart: "n000", "n001". */
export const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    said(`n${String(index).padStart(3, "0")}`, soon(index)),
  );

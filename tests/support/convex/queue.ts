import { api } from "../../../convex/_generated/api.js";
import type { Doc } from "../../../convex/_generated/dataModel.js";
import { makePerson } from "./people.ts";
import {
  as,
  begin,
  eventNamed,
  hour,
  makeOrganization,
  type Plaza,
  rows,
  said,
  startPlaza,
  takeOver,
} from "./plaza.ts";

// An event with a line, two hosts, and members with both chats.

export const hostA = "telegram:10";
export const hostB = "discord:20";

/** The same person's chats: "telegram:7003" and "discord:8003". */
export const inTelegram = (number: number) => `telegram:${7000 + number}`;
export const inDiscord = (number: number) => `discord:${8000 + number}`;

/** `count` members, of whom number 1 is called "Member 1". */
export async function plazaWithLine(count = 5, settings: { capacity?: number } = {}) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await takeOver(t, orgId, [said("demo", begin - hour, { endDate: begin + 12 * hour })]);
  const { _id: eventId } = await eventNamed(t, "demo");
  const host = { accountStatus: "active", role: "moderator" } as const;
  const a = await makePerson(t, { ...host, chats: [hostA], displayName: "Host A" });
  const b = await makePerson(t, { ...host, chats: [hostB], displayName: "Host B" });
  const members: Doc<"users">[] = [];
  for (let number = 0; number < count; number++)
    members.push(
      await makePerson(t, {
        accountStatus: "active",
        displayName: `Member ${number}`,
        chats: [inTelegram(number), inDiscord(number)],
      }),
    );
  await as(t, hostA).mutation(api.queue.openQueue, { eventId, ...settings });
  const line = {
    t,
    eventId,
    orgId,
    hosts: { a, b },
    members,
    join: async (number: number, where = inTelegram) =>
      await as(t, where(number)).mutation(api.queue.joinQueue, { eventId }),
    leave: async (number: number, where = inTelegram) =>
      await as(t, where(number)).mutation(api.queue.leaveQueue, { eventId }),
    coming: async (number: number, where = inTelegram) =>
      await as(t, where(number)).mutation(api.queue.confirmTurn, { eventId }),
    next: async (host = hostA) => await as(t, host).mutation(api.queue.callNext, { eventId }),
    /** What a host does about the one they called. */
    about: async (wish: "here" | "done" | "noshow", number: number, host = hostA) => {
      const which = { here: "confirmEntry", done: "completeEntry", noshow: "noShowEntry" } as const;
      const { _id: positionId } = await line.ticket(number);
      return await as(t, host).mutation(api.queue[which[wish]], { positionId });
    },
    /** A member's newest place. */
    ticket: async (number: number) => {
      const mine = (await rows(t, "queuePositions")).filter(
        ({ userId }) => userId === members[number]?._id,
      );
      const last = mine.at(-1);
      if (!last) throw new Error(`member ${number} was never in the line`);
      return last;
    },
    /** The numbers of the members who wait, in their order; fails where places are not 1..n. */
    order: async () => {
      const waiting = (await rows(t, "queuePositions"))
        .filter(({ status }) => status === "waiting")
        .toSorted((one, other) => one.position - other.position);
      const places = waiting.map(({ position }) => position);
      if (places.some((place, index) => place !== index + 1))
        throw new Error(`places with a gap: ${places.join()}`);
      return waiting.map(({ userId }) => members.findIndex(({ _id }) => _id === userId));
    },
    /** Who is called, with the host who called them: "0 by A". */
    called: async () =>
      (await rows(t, "queuePositions"))
        .filter(({ status }) => status === "called")
        .map(({ userId, calledBy }) => {
          const number = members.findIndex(({ _id }) => _id === userId);
          return `${number} by ${calledBy === a._id ? "A" : "B"}`;
        }),
    /** What was owed of the line: "telegram:7000 turn". */
    told: async () => await toldOf(t),
  };
  return line;
}

/** Everything that was owed of lines, in the order in which it was: "telegram:7000 turn". */
export async function toldOf(t: Plaza): Promise<string[]> {
  return (await rows(t, "deliveries")).flatMap(({ destination, task }) => {
    if (task.kind !== "notice") return [];
    const { notice } = task;
    return notice.kind === "queue" || notice.kind === "queue-host"
      ? [`${destination} ${notice.said}`]
      : [];
  });
}

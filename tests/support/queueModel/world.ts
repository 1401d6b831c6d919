import { chatSubject, parseSubject, platforms } from "../../../shared/identity.ts";
import { refusalOf } from "../../../shared/refusals.ts";
import { type Op, seenPlace } from "./model.ts";
import { type LineHost, startLineHost } from "./host.ts";

// One event, some hosts and very many members, each with both chats, on the durable engine; what
// they do is said in the words of the model.

export type World = Awaited<ReturnType<typeof makeLineWorld>>;

export async function makeLineWorld(begin: number, people: number, hosts: number) {
  const host = await startLineHost(begin);
  const eventId = await plant(host, begin, people, hosts);
  const users = (await host.rows("users")).map(({ _id }) => _id as string);
  const numberOf = new Map(users.map((id, index) => [id, index - hosts]));
  const hostOf = new Map(users.slice(0, hosts).map((id, index) => [id, index]));
  /** The newest place of each person. */
  const newest = new Map<number, string>();
  const member = (who: number, chat: 0 | 1) => chatSubject(platforms[chat], String(100_000 + who));
  const byHost = (number: number) => chatSubject(platforms[number % 2 === 0 ? 0 : 1], `${number}`);

  const call = async (path: string, as: string, args: Record<string, string | boolean>) =>
    await host.mutation({ path: `queue:${path}`, as, args });

  /** What the one who does it is answered, in the model's words. */
  const answerOf = async (op: Op): Promise<string> => {
    if ("chat" in op) return await asMember(op);
    if ("who" in op) return await aboutSomebody(op);
    if (op.do !== "next") {
      await call(`${op.do}Queue`, byHost(op.host), { eventId });
      return "ok";
    }
    const { value } = await call("callNext", byHost(op.host), { eventId });
    const { called } = value as { called: { name: string } | null };
    return called ? `calls ${called.name}` : "nobody";
  };
  const asMember = async ({ who, chat, ...op }: Extract<Op, { chat: 0 | 1 }>) => {
    const paths = { join: "joinQueue", leave: "leaveQueue", coming: "confirmTurn" } as const;
    const { value } = await call(paths[op.do], member(who, chat), { eventId });
    if (op.do !== "join") return "ok";
    const { isNew, place } = value as { isNew: boolean; place: { position: number } };
    return isNew ? `place ${place.position}` : "in already";
  };
  const aboutSomebody = async (op: Exclude<Extract<Op, { who: number }>, { chat: 0 | 1 }>) => {
    const paths = {
      here: "confirmEntry",
      done: "completeEntry",
      noshow: "noShowEntry",
      remove: "cancelEntry",
    } as const;
    const positionId = newest.get(op.who);
    if (positionId === undefined) return "no change";
    const { value } = await call(paths[op.do], byHost(op.host), { positionId });
    return (value as { isNew: boolean }).isNew ? "ok" : "no change";
  };

  return {
    host,
    eventId,
    member,
    byHost,
    async act(op: Op): Promise<string> {
      try {
        return await answerOf(op);
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === null) throw error;
        return refused;
      }
    },
    /** Everything there is to see of the line. */
    async seen(): Promise<string[]> {
      return (await host.rows("queuePositions")).map((row) => {
        const who = numberOf.get(row.userId) ?? -1;
        newest.set(who, row._id);
        const { status, position, calls, noShows, calledBy, confirmedAt } = row;
        const isConfirmed = status === "called" && confirmedAt !== undefined;
        const by = calledBy === undefined ? null : (hostOf.get(calledBy) ?? null);
        return seenPlace({ who, status, position, calls, noShows, host: by, isConfirmed });
      });
    },
    /** What was owed to people of their turns: each once for each call, wherever it was said. */
    async turns(): Promise<string[]> {
      const topics = (await host.rows("deliveries")).map(({ subjectKey }) => subjectKey);
      return [...new Set(topics.filter((subjectKey) => subjectKey.includes(":turn:")))];
    },
    whoIs(chatId: string): number {
      return Number(chatId) - 100_000;
    },
  };
}

/** Puts an organization, an event with an open line, hosts and members into an empty Plaza. */
async function plant(host: LineHost, begin: number, people: number, hosts: number) {
  await host.insert("organizations", [
    { name: "Frutero", slug: "frutero", locale: "en", timezone: "UTC", hasSynced: true },
  ]);
  const [org] = await host.rows("organizations");
  await host.insert("events", [
    {
      orgId: org?._id ?? "",
      title: "Demo night",
      lumaUrl: "https://luma.com/demo",
      eventType: "in-person",
      startDate: begin,
      endsBy: begin + 30 * 86_400_000,
      timezone: "UTC",
      hosts: [],
      registrationCount: 0,
      registrationType: "free",
      isPublished: true,
      isFeatured: false,
      status: "live",
      syncedAt: begin,
      contentHash: "",
      moves: 0,
    },
  ]);
  const [event] = await host.rows("events");
  const eventId = event?._id ?? "";
  await host.insert(
    "users",
    Array.from({ length: hosts + people }, (_, index) => ({
      primaryAuthMethod: "social",
      role: index < hosts ? "moderator" : "member",
      accountStatus: "active",
      plan: "free",
      storageUsedBytes: 0,
      lastLoginAt: begin,
      displayName: String(index - hosts),
    })),
  );
  const users = (await host.rows("users")).map(({ _id }) => _id as string);
  await host.insert(
    "chatAccounts",
    users.flatMap((userId, index) =>
      platforms.map((platform) => ({
        platform,
        platformUserId: String(index < hosts ? index : 100_000 + index - hosts),
        userId,
        settingsChangedAt: begin,
      })),
    ),
  );
  const as = "telegram:0";
  await host.mutation({ path: "queue:openQueue", as, args: { eventId, capacity: 1000 } });
  return eventId;
}

/** Whose chat it is: "telegram:100003" is member 3's. */
export function chatIdOf(destination: string): string {
  const who = parseSubject(destination);
  return who?.kind === "chat" ? who.platformUserId : "";
}

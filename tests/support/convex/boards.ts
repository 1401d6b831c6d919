import { api } from "../../../convex/_generated/api.js";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { as, leo, makeBot, type Outcome, type Plaza, rows } from "./plaza.ts";

// Boards as an admin adds them and as a bot shows them.

type Add = (typeof api.boards.add)["_args"];
type LeasedDelivery = (typeof api.deliveries.lease)["_returnType"][number];
export type View = Extract<LeasedDelivery["payload"], { kind: "board" }>["board"];

export const here = { platform: "telegram", chatId: "-100" } as const;

export async function addBoard(t: Plaza, args: Partial<Add> = {}) {
  const board = { ...here, title: "Plaza", view: "events" as const, ...args };
  return await as(t, leo).mutation(api.boards.add, board);
}

export async function listBoards(t: Plaza, where: { chatId: string } = here) {
  return await as(t, leo).query(api.boards.list, { ...here, ...where });
}

/** The only board; fails where there is another one. */
export async function onlyBoard(t: Plaza): Promise<Doc<"boards">> {
  const [board, other] = await rows(t, "boards");
  if (!board || other) throw new Error("there is not just one board");
  return board;
}

/** What is owed to a board, and how that stands. */
export async function owedTo(t: Plaza, boardId: Id<"boards">) {
  const all = await rows(t, "deliveries");
  return all
    .filter(({ destination }) => destination === boardId)
    .map(({ part, state }) => `${part} ${state}`);
}

type Shown = { chatId: string; view: View; edits: number };

/** A chat platform that keeps what is posted, and a bot that posts there as the senders do. */
export function makeWall(t: Plaza, platform: "telegram" | "discord" = "telegram") {
  const bot = makeBot(t, platform);
  const messages = new Map<string, Shown>();
  const retired: string[] = [];
  let posted = 0;
  const wall = {
    bot,
    messages,
    /** Messages that say that they are kept true no more. */
    retired,
    /** What the platform makes of a piece of work. */
    put({ payload, to, messageId, fingerprint: shown }: LeasedDelivery): Outcome {
      if (payload.kind === "retire" && messageId !== undefined) retired.push(messageId);
      if (payload.kind !== "board") return { kind: "sent", messageId: "other" };
      const fingerprint = JSON.stringify(payload.board);
      if (fingerprint === shown) return { kind: "unchanged" };
      if (messageId === undefined) {
        const id = `m-${(posted += 1)}`;
        messages.set(id, { chatId: to.chatId, view: payload.board, edits: 0 });
        return { kind: "sent", messageId: id, fingerprint };
      }
      const known = messages.get(messageId);
      if (!known) return { kind: "message-gone" };
      messages.set(messageId, { ...known, view: payload.board, edits: known.edits + 1 });
      return { kind: "sent", messageId, fingerprint };
    },
    /** A bot tries the next one, and this is what becomes of it. */
    async meets(outcome: Outcome): Promise<void> {
      const [next] = await bot.lease();
      if (!next) throw new Error("nothing is ready");
      await bot.begin(next);
      await bot.complete(next, outcome);
    },
    /** Sends all that is ready; what became of the boards, in order. */
    async show(): Promise<Outcome["kind"][]> {
      const done: Outcome["kind"][] = [];
      for (;;) {
        const leased = await bot.lease();
        if (leased.length === 0) return done;
        for (const message of leased) {
          if (!(await bot.begin(message))) continue;
          const outcome = wall.put(message);
          if (message.payload.kind === "board") done.push(outcome.kind);
          await bot.complete(message, outcome);
        }
      }
    },
    /** The message that stands there, the newest. */
    last: () => [...messages.values()].at(-1),
  };
  return wall;
}

/** The titles on a board of events. */
export function titlesOf(shown: Shown | undefined): string[] {
  return shown?.view.view === "events" ? shown.view.events.map(({ title }) => title) : [];
}

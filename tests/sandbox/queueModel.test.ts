import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { type Platform, platforms } from "../../shared/identity.ts";
import {
  expectEachCallTold,
  kill,
  type Model,
  newModel,
  type RealLine,
  steps,
} from "../support/queueModel/commands.ts";
import { apply, type Line, type Op, placeOf } from "../support/queueModel/model.ts";
import { Killed } from "../support/queueModel/host.ts";
import { makeLineWorld, type World } from "../support/queueModel/world.ts";

// Five hundred people in one line, from both chats, on the engine that keeps its data: its process
// is killed again and again, and started on its file. The clock is moved, nothing waits for it.

const people = 500;
const hosts = 5;
const begin = Date.UTC(2031, 0, 1, 10);
const kills = 8;
const between = 50;

function realOf(world: World): RealLine {
  const { host } = world;
  return {
    act: async (op) => await world.act(op),
    seen: async () => await world.seen(),
    pass: async (ms) => await host.pass(ms),
    turns: async () => await world.turns(),
    async killDuring(op: Op, afterMs: number) {
      const asked = world.act(op).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Killed) return false;
          throw error;
        },
      );
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await host.kill();
      return await asked;
    },
  };
}

type LeasedDelivery = {
  deliveryId: string;
  fencingToken: number;
  key: string;
  to: { chatId: string };
  payload: { kind: string; notice?: { to: string; said: string; position: number } };
};
type Process = { platform: Platform; hand: LeasedDelivery[]; sending: LeasedDelivery | undefined };

/** What bots have said in one life, and how often they died in the middle of a word. */
type Heard = { world: World; processes: Process[]; begun: Map<string, number>; deaths: number };
let heard: Heard;

/** What somebody in the line is told is so at the moment when a bot asks for it. */
function expectTrue(line: Line, world: World, { to, payload: { notice } }: LeasedDelivery): void {
  if (notice?.to !== "person") return;
  const place = placeOf(line, world.whoIs(to.chatId));
  const position = line.waiting.findIndex((index) => line.places[index] === place) + 1;
  const truth = { position, status: place?.status, isConfirmed: place?.isConfirmed };
  if (notice.said === "third") expect(truth).toMatchObject({ status: "waiting", position: 3 });
  if (notice.said === "next") expect(truth).toMatchObject({ status: "waiting", position: 1 });
  if (notice.said === "turn") expect(truth).toMatchObject({ status: "called", isConfirmed: false });
}

/** Bots that lease, begin, complete and die; what they say must be so when they ask for it. */
class Bots implements fc.AsyncCommand<Model, RealLine> {
  readonly which: number;
  readonly wish: "lease" | "say" | "begin" | "die";
  constructor(which: number, wish: Bots["wish"]) {
    this.which = which;
    this.wish = wish;
  }
  check = () => true;
  async run(model: Model) {
    const one = heard.processes[this.which];
    if (!one) return;
    if (this.wish === "die") {
      if (one.sending) heard.deaths += 1;
      one.hand = [];
      one.sending = undefined;
      return;
    }
    if (one.hand.length === 0 && !one.sending) await this.lease(model, one);
    if (this.wish === "begin") await this.begin(one);
    if (this.wish === "say")
      while (one.sending || one.hand.length > 0) {
        await this.begin(one);
        await this.complete(one);
      }
  }
  async lease({ line }: Model, one: Process) {
    const { world } = heard;
    const asked = { path: "deliveries:lease", as: `bot:${one.platform}`, args: { limit: 10 } };
    one.hand = (await world.host.mutation(asked)).value as LeasedDelivery[];
    for (const leased of one.hand) expectTrue(line, world, leased);
  }
  async begin(one: Process) {
    const next = one.sending ? undefined : one.hand.shift();
    if (!next) return;
    const begins = { deliveryId: next.deliveryId, fencingToken: next.fencingToken };
    const asked = { path: "deliveries:step", as: `bot:${one.platform}`, args: { begins } };
    if ((await heard.world.host.mutation(asked)).value !== true) return;
    one.sending = next;
    // Discord knows a message that it has had already.
    const before = heard.begun.get(next.key) ?? 0;
    heard.begun.set(next.key, one.platform === "discord" ? 1 : before + 1);
  }
  async complete(one: Process) {
    if (!one.sending) return;
    const { deliveryId, fencingToken } = one.sending;
    one.sending = undefined;
    const completed = { deliveryId, fencingToken, outcome: { kind: "sent", messageId: "1" } };
    const as = `bot:${one.platform}`;
    await heard.world.host.mutation({ path: "deliveries:step", as, args: { completed } });
  }
  toString = () => `${this.wish} by ${this.which}`;
}

const wish = fc.constantFrom<Bots["wish"]>("lease", "say", "say", "say", "begin", "die");
const bots = fc.tuple(fc.nat(3), wish).map(([which, wanted]) => new Bots(which, wanted));
const life = fc
  .array(fc.oneof({ weight: 2, arbitrary: steps(hosts) }, { weight: 1, arbitrary: bots }), {
    minLength: kills * between,
    maxLength: kills * between,
    size: "max",
  })
  .chain((all) =>
    fc
      .array(kill(hosts), { minLength: kills, maxLength: kills })
      .map((deaths) =>
        deaths.flatMap((death, index) => [
          ...all.slice(index * between, (index + 1) * between),
          death,
        ]),
      ),
  );

test("500 people in one line, whatever they and their hosts do and however often it dies", async () => {
  const world = await makeLineWorld(begin, people, hosts);
  onTestFinished(() => world.host.close());
  const real = realOf(world);
  const model = newModel(world.host.now(), people, true);
  const processes = platforms.flatMap((platform) =>
    [1, 2].map(() => ({ platform, hand: [], sending: undefined })),
  );
  heard = { world, processes, begun: new Map(), deaths: 0 };
  // All of them at once, from both chats, some twice.
  const joins = Array.from({ length: people }, (_, who) => who).map(async (who) => {
    const chat = who % 2 === 0 ? 0 : 1;
    const op: Op = { do: "join", who, chat };
    const [answer] = await Promise.all([
      world.act(op),
      world.act({ ...op, chat: chat === 0 ? 1 : 0 }),
    ]);
    return answer;
  });
  expect((await Promise.all(joins)).length).toBe(people);
  for (const line of await real.seen()) {
    const [who] = line.split(" ");
    apply(model.line, { do: "join", who: Number(who), chat: 0 });
  }
  await fc.assert(
    fc.asyncProperty(life, async (commands) => {
      await fc.asyncModelRun(() => ({ model, real }), commands);
    }),
    { numRuns: 1, endOnFailure: true, verbose: 1 },
  );
  await expectEachCallTold(model, real);
  // Telegram has no key for repeats: what was under way when a bot died may have come twice.
  const { begun, deaths } = heard;
  const twice = [...begun.values()].filter((count) => count > 1).length;
  expect(Math.max(0, ...begun.values())).toBeLessThanOrEqual(2);
  expect(twice).toBeLessThanOrEqual(deaths + kills);
  const { calls, places } = model.line;
  console.log(
    `${places.length} places, ${calls} calls, ${kills} kills, ${begun.size} words said, ${deaths} bots died in the middle of one`,
  );
});

import * as fc from "fast-check";
import { expect } from "vitest";
import {
  apply,
  copyOf,
  type Line,
  newLine,
  type Op,
  opOf,
  outcomes,
  passed,
  seen,
  type Wish,
  wishes,
} from "./model.ts";

// Random lives of a line: what is done to the real one is done to the model too, and both must look
// the same. Where several do something at once, or a host is killed while somebody does, the real
// one must have come to something that the model can come to.

export type RealLine = {
  act(op: Op): Promise<string>;
  seen(): Promise<string[]>;
  /** Time goes on by so many milliseconds. */
  pass(ms: number): Promise<void>;
  /** Begins something, and kills the host after a moment; whether it was answered. */
  killDuring?(op: Op, afterMs: number): Promise<boolean>;
  /** What was owed to people of their turns. */
  turns(): Promise<string[]>;
};

/** `jumps`: whether time goes on at once, or from what is due to what is due. */
export type Model = { line: Line; people: number; jumps: boolean };
type Step = fc.AsyncCommand<Model, RealLine>;

export function newModel(now: number, people: number, jumps: boolean): Model {
  return { line: newLine(now, 1000), people, jumps };
}

/** Each does something at a moment of its own: what falls due does so in one order. */
async function tick(model: Model, real: RealLine): Promise<void> {
  await timePasses(model, real, 1);
}

async function timePasses(model: Model, real: RealLine, ms: number): Promise<void> {
  const lines = passed(model.line, ms, model.jumps);
  await real.pass(ms);
  model.line = lines.length === 1 ? (lines[0] ?? model.line) : await sameOf(lines, model, real);
}

/** Timers are due, not done: the real line comes to look like the model's soon. */
async function expectSame(model: Model, real: RealLine): Promise<void> {
  await sameOf([model.line], model, real);
}

/** The one of these lines that the real one comes to look like. */
async function sameOf(
  lines: readonly Line[],
  { line, jumps }: Model,
  real: RealLine,
): Promise<Line> {
  let found = await real.seen();
  const same = () => lines.find((one) => seen(one).join() === found.join());
  const looks = jumps ? 200 : 0;
  for (let look = 0; look < looks && !same(); look++) {
    await new Promise(setImmediate);
    found = await real.seen();
  }
  const one = same();
  if (!one) expect(found).toEqual(seen(lines[0] ?? line));
  expectPlaces(found);
  return one ?? line;
}

/** No gap, no double: said of the real line alone. */
function expectPlaces(found: readonly string[]): void {
  const waiting = found.map((one) => one.split(" ")).filter(([, status]) => status === "waiting");
  const places = waiting.map(([, , place]) => Number(place)).toSorted((a, b) => a - b);
  expect(places).toEqual(places.map((_, index) => index + 1));
  const active = found
    .filter((one) => / (?:waiting|called) /.test(one))
    .map((one) => one.split(" ")[0]);
  expect(new Set(active).size).toBe(active.length);
}

function expectAnswer(op: Op, answer: string, expected: string): void {
  expect([op, answer]).toEqual([op, expected]);
}

class One implements Step {
  readonly wish: Wish;
  constructor(wish: Wish) {
    this.wish = wish;
  }
  check = () => true;
  async run(model: Model, real: RealLine) {
    await tick(model, real);
    const op = opOf(model.line, this.wish, model.people);
    const answer = apply(model.line, op);
    expectAnswer(op, await real.act(op), answer);
    await expectSame(model, real);
  }
  toString = () => JSON.stringify(this.wish);
}

class AtOnce implements Step {
  readonly all: Wish[];
  constructor(all: Wish[]) {
    this.all = all;
  }
  check = () => true;
  async run(model: Model, real: RealLine) {
    await tick(model, real);
    const ops = this.all.map((wish) => opOf(model.line, wish, model.people));
    const answers = await Promise.all(ops.map(async (op) => await real.act(op)));
    const found = (await real.seen()).join();
    const possible = outcomes(model.line, ops).find(
      (one) => seen(one.line).join() === found && one.answers.join() === answers.join(),
    );
    if (!possible) throw new Error(`no order gives ${JSON.stringify({ ops, answers })}`);
    model.line = possible.line;
    await expectSame(model, real);
  }
  toString = () => `at once ${JSON.stringify(this.all)}`;
}

class Wait implements Step {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  async run(model: Model, real: RealLine) {
    await timePasses(model, real, this.ms);
    await expectSame(model, real);
  }
  toString = () => `wait ${this.ms}`;
}

/** The host dies, perhaps while somebody does something and while a call runs out. */
export class Kill implements Step {
  readonly wish: Wish;
  readonly afterMs: number;
  constructor(wish: Wish, afterMs: number) {
    this.wish = wish;
    this.afterMs = afterMs;
  }
  check = () => true;
  async run(model: Model, real: RealLine) {
    await tick(model, real);
    const op = opOf(model.line, this.wish, model.people);
    const isAnswered = await real.killDuring?.(op, this.afterMs);
    const after = copyOf(model.line);
    apply(after, op);
    const found = (await real.seen()).join();
    // What was not answered may have been done all the same; what was answered is there.
    const isDone = seen(after).join() === found;
    if (isAnswered && !isDone) throw new Error("what was answered is not there");
    if (isDone) model.line = after;
    await expectSame(model, real);
  }
  toString = () => `kill during ${JSON.stringify(this.wish)}`;
}

export function steps(hosts: number): fc.Arbitrary<Step> {
  const wish = wishes(hosts);
  const one = wish.map((wanted) => new One(wanted));
  const many = fc.array(wish, { minLength: 2, maxLength: 3 }).map((all) => new AtOnce(all));
  const wait = fc
    .oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 60_000, max: 180_000 }))
    .map((ms) => new Wait(ms));
  return fc.oneof(
    { weight: 10, arbitrary: one },
    { weight: 4, arbitrary: many },
    { weight: 3, arbitrary: wait },
  );
}

export function kill(hosts: number): fc.Arbitrary<Step> {
  return fc.tuple(wishes(hosts), fc.nat(40)).map(([wish, ms]) => new Kill(wish, ms));
}

/** Each call was told to the one who was called, once; nobody else was. */
export async function expectEachCallTold({ line }: Model, real: RealLine): Promise<void> {
  expect((await real.turns()).length).toBe(line.calls);
}

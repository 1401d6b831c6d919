import * as fc from "fast-check";

// What a line must do, said a second time and as simply as can be: an array of those who wait, and
// who was called. The real one is held beside it by tests on both engines.

/** What somebody does; people and hosts by their numbers. `chat`: from which of theirs. */
export type Op =
  | { do: "join" | "leave" | "coming"; who: number; chat: 0 | 1 }
  | { do: "next"; host: number }
  | { do: "here" | "done" | "noshow" | "remove"; host: number; who: number }
  | { do: "open" | "close"; host: number };

export type Status = "waiting" | "called" | "completed" | "cancelled" | "noShow";
type Place = {
  who: number;
  status: Status;
  calls: number;
  noShows: number;
  host: number | null;
  /** When the last call runs out. */
  due: number;
  isConfirmed: boolean;
};

const confirmMs = 120_000;

export type Line = {
  now: number;
  isOpen: boolean;
  capacity: number;
  places: Place[];
  /** Those who wait, as indexes of `places`. */
  waiting: number[];
  calls: number;
};

export function newLine(now: number, capacity: number): Line {
  return { now, isOpen: true, capacity, places: [], waiting: [], calls: 0 };
}

export function copyOf(line: Line): Line {
  return {
    ...line,
    places: line.places.map((place) => ({ ...place })),
    waiting: [...line.waiting],
  };
}

/** The last place of somebody: the one that is active, if any is. */
export function placeOf(line: Line, who: number): Place | undefined {
  return line.places.findLast((place) => place.who === who);
}

function activeOf(line: Line, who: number): Place | undefined {
  const last = placeOf(line, who);
  return last?.status === "waiting" || last?.status === "called" ? last : undefined;
}

/** Does it, and says what the one who did it is answered. */
export function apply(line: Line, op: Op): string {
  switch (op.do) {
    case "join": {
      if (activeOf(line, op.who)) return "in already";
      if (!line.isOpen) return "line-closed";
      if (line.waiting.length >= line.capacity) return "line-full";
      const fresh = { calls: 0, noShows: 0, host: null, due: 0, isConfirmed: false };
      line.places.push({ who: op.who, status: "waiting", ...fresh });
      line.waiting.push(line.places.length - 1);
      return `place ${line.waiting.length}`;
    }
    case "leave": {
      const place = activeOf(line, op.who);
      if (!place) return "not-in-line";
      drop(line, place);
      return "ok";
    }
    case "coming": {
      const place = activeOf(line, op.who);
      if (place?.status !== "called") return "not-called";
      place.isConfirmed = true;
      return "ok";
    }
    case "next": {
      const mine = line.places.find(({ status, host }) => status === "called" && host === op.host);
      if (mine && !mine.isConfirmed) return "still-coming";
      if (mine) mine.status = "completed";
      const called = callFirst(line, op.host);
      return called ? `calls ${called.who}` : "nobody";
    }
    case "here":
    case "done":
    case "noshow": {
      const place = placeOf(line, op.who);
      if (place?.status !== "called") return "no change";
      if (op.do === "here") place.isConfirmed = true;
      if (op.do === "done") place.status = "completed";
      if (op.do === "noshow") noShow(line, place);
      return "ok";
    }
    case "remove": {
      const place = activeOf(line, op.who);
      if (!place) return "no change";
      drop(line, place);
      return "ok";
    }
    case "open":
    case "close": {
      line.isOpen = op.do === "open";
      return "ok";
    }
  }
}

function callFirst(line: Line, host: number | null): Place | null {
  const index = line.waiting.shift();
  const place = index === undefined ? undefined : line.places[index];
  if (!place) return null;
  place.status = "called";
  place.calls += 1;
  place.host = host;
  place.isConfirmed = false;
  place.due = line.now + confirmMs;
  line.calls += 1;
  return place;
}

function noShow(line: Line, place: Place): void {
  place.noShows += 1;
  place.status = place.noShows === 2 ? "noShow" : "waiting";
  callFirst(line, place.host);
  if (place.status === "waiting") line.waiting.splice(1, 0, line.places.indexOf(place));
}

function drop(line: Line, place: Place): void {
  const wasCalled = place.status === "called";
  place.status = "cancelled";
  if (wasCalled) callFirst(line, place.host);
  else line.waiting = line.waiting.filter((index) => line.places[index] !== place);
}

/**
 * What a line can be when time has passed. Who was called and has said nothing for two minutes did not
 * come; where the clock `jumps`, that is found out at its end, as by a host that was away. Calls that
 * run out in the same millisecond do so in any order: Convex promises none.
 */
export function passed(line: Line, ms: number, jumps: boolean): Line[] {
  const end = line.now + ms;
  const due = line.places
    .filter((one) => one.status === "called" && !one.isConfirmed && one.due <= end)
    .toSorted((one, other) => one.due - other.due);
  const [first] = due;
  if (!first) return [Object.assign(line, { now: end })];
  return due
    .filter((one) => one.due === first.due)
    .flatMap((one) => {
      const after = copyOf(line);
      after.now = jumps ? end : first.due;
      const place = after.places[line.places.indexOf(one)];
      if (place) noShow(after, place);
      return passed(after, end - after.now, jumps);
    });
}

/** Everything there is to see of a line, one text for each place in the order of their taking. */
export function seen(line: Line): string[] {
  return line.places.map((place) => {
    const index = line.waiting.findIndex((one) => line.places[one] === place);
    const { who, status, calls, noShows, host } = place;
    const isConfirmed = status === "called" && place.isConfirmed;
    return seenPlace({ who, status, position: index + 1, calls, noShows, host, isConfirmed });
  });
}

export type SeenPlace = Omit<Place, "due"> & { position: number };

export function seenPlace(place: SeenPlace): string {
  const { who, status, position, calls, noShows, host, isConfirmed } = place;
  const by = host === null ? "" : ` by ${host}`;
  return `${who} ${status} ${position} calls ${calls}${by}, ${noShows} missed${isConfirmed ? ", here" : ""}`;
}

/** Everything that several can come to who do something at once. */
export function outcomes(line: Line, ops: readonly Op[]): { line: Line; answers: string[] }[] {
  return permutations(ops.map((_, index) => index)).map((order) => {
    const after = copyOf(line);
    const answers: string[] = [];
    for (const index of order) {
      const op = ops[index];
      if (op) answers[index] = apply(after, op);
    }
    return { line: after, answers };
  });
}

function permutations(all: readonly number[]): number[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((one) =>
    permutations(all.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}

/** Somebody by chance, those who are near their turn more often: the front is where things happen. */
export type Someone = { pick: number; isNear: boolean };

export function whoIs(line: Line, { pick, isNear }: Someone, people: number): number {
  const called = line.places.flatMap(({ status, who }) => (status === "called" ? [who] : []));
  const first = line.waiting.slice(0, 4).flatMap((index) => line.places[index]?.who ?? []);
  const near = [...called, ...called, ...first];
  return isNear && near.length > 0 ? (near[pick % near.length] ?? 0) : pick % people;
}

const someone = fc.record({ pick: fc.nat(9999), isNear: fc.boolean() });
const chat = fc.constantFrom<0 | 1>(0, 1);

/** What somebody does, before it is known who that is. */
export type Wish = { do: Op["do"]; someone: Someone; chat: 0 | 1; host: number };

export function wishes(hosts: number): fc.Arbitrary<Wish> {
  const rest = { someone, chat, host: fc.nat(hosts - 1) };
  const often = (weight: number, ...names: Op["do"][]) => ({
    weight,
    arbitrary: fc.record({ do: fc.constantFrom(...names), ...rest }),
  });
  return fc.oneof(
    often(7, "join"),
    often(1, "leave"),
    often(9, "coming"),
    often(11, "next"),
    often(3, "here", "done"),
    often(4, "noshow"),
    often(1, "remove"),
    often(1, "open", "close"),
  );
}

export function opOf(line: Line, wish: Wish, people: number): Op {
  const { someone, chat, host } = wish;
  const who = whoIs(line, someone, people);
  switch (wish.do) {
    case "join":
    case "leave":
    case "coming":
      return { do: wish.do, who, chat };
    case "next": {
      // Hosts mostly see whom they have called before they go on.
      const mine = line.places.find((one) => one.status === "called" && one.host === host);
      return mine && !mine.isConfirmed && someone.isNear
        ? { do: "here", host, who: mine.who }
        : { do: "next", host };
    }
    case "open":
    case "close":
      return { do: wish.do, host };
    default:
      return { do: wish.do, host, who };
  }
}

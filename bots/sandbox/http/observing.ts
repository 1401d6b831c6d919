// What an emulator tells of itself: faults that wait for a request, requests that were answered,
// and
// that something has changed.

/** `only`: requests whose name contains this. */
type Fault = { count: number; only?: string };

export type Faults<F extends Fault> = {
  add: (fault: F) => void;
  list: () => F[];
  /** The fault that this request meets, counted down. `about`: the chat that it is about. */
  take: (request: string, about?: string) => F | undefined;
};

type IsMet<F> = (fault: F, request: string, about?: string) => boolean;

/** Faults are met in the order in which they were added. */
export function makeFaults<F extends Fault>(
  isMet: IsMet<F> = ({ only }, request) => only === undefined || request.includes(only),
): Faults<F> {
  let waiting: F[] = [];
  return {
    add(fault) {
      if (fault.count > 0) waiting.push({ ...fault });
    },
    list: () => waiting.map((fault) => ({ ...fault })),
    take(request, about) {
      const fault = waiting.find((one) => isMet(one, request, about));
      if (fault === undefined) return undefined;
      fault.count -= 1;
      waiting = waiting.filter(({ count }) => count > 0);
      return fault;
    },
  };
}

/** `status` 0 is a dropped connection, or a request that has no answer yet. */
type Logged = { method: string; status: number };

/** The newest requests, oldest first. */
export type RequestLog<R extends Logged> = {
  add: (request: R) => void;
  list: () => R[];
  /** How many calls of a method were added with status 200, ever. */
  countOk: (method: string) => number;
};

export function makeRequestLog<R extends Logged>(maxRequests: number): RequestLog<R> {
  // A ring: the next entry overwrites the oldest.
  const ring: R[] = [];
  const okCounts = new Map<string, number>();
  let next = 0;
  return {
    add(request) {
      ring[next] = request;
      next = (next + 1) % maxRequests;
      const { method, status } = request;
      if (status === 200) okCounts.set(method, (okCounts.get(method) ?? 0) + 1);
    },
    list: () =>
      ring.length < maxRequests ? [...ring] : [...ring.slice(next), ...ring.slice(0, next)],
    countOk: (method) => okCounts.get(method) ?? 0,
  };
}

export type Listeners = {
  notify: () => void;
  /** Returns how to stop listening. */
  add: (listener: () => void) => () => void;
};

export function makeListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    notify() {
      for (const listener of listeners) listener();
    },
    add(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

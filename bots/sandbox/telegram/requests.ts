export type LoggedRequest = { at: number; method: string; status: number; chat?: string };

/** The newest requests, in the order they were answered. Status 0 is a dropped socket. */
export type RequestLog = {
  add(request: LoggedRequest): void;
  list(): LoggedRequest[];
  /** How many calls of a method were answered well, ever. */
  count(method: string): number;
};

const MOST = 10_000;

export function startRequestLog(): RequestLog {
  const ring: LoggedRequest[] = [];
  const counts = new Map<string, number>();
  let next = 0;
  return {
    add(request) {
      ring[next] = request;
      next = (next + 1) % MOST;
      const { method, status } = request;
      if (status === 200) counts.set(method, (counts.get(method) ?? 0) + 1);
    },
    count: (method) => counts.get(method) ?? 0,
    list: () => (ring.length < MOST ? [...ring] : [...ring.slice(next), ...ring.slice(0, next)]),
  };
}

export type LoggedRequest = { at: number; method: string; status: number; chat?: string };

/** The newest requests, in the order they were answered. Status 0 is a dropped socket. */
export type RequestLog = { add(request: LoggedRequest): void; list(): LoggedRequest[] };

const MOST = 10_000;

export function startRequestLog(): RequestLog {
  const ring: LoggedRequest[] = [];
  let next = 0;
  return {
    add(request) {
      ring[next] = request;
      next = (next + 1) % MOST;
    },
    list: () => (ring.length < MOST ? [...ring] : [...ring.slice(next), ...ring.slice(0, next)]),
  };
}

import { AsyncLocalStorage } from "node:async_hooks";
import type { Module, Router } from "../../../bots/sandbox/convex/functionsDirectory.ts";

type Handler = (ctx: unknown, request: Request) => Promise<Response>;

const incoming = new AsyncLocalStorage<Request>();

/** Runs `work` (convex-test's `fetch`) so that the action receives this very request. */
export const withRequest = <T>(request: Request, work: () => Promise<T>): Promise<T> =>
  incoming.run(request, work);

/**
 * The module convex-test sees in place of http.ts. Its `fetch` makes up a request at an address of
 * its own; the action gets the one that came in, so its url and its body are the caller's.
 */
export const httpModule = (router: Router): Module => ({
  default: {
    lookup(path: string, method: string) {
      const found = router.lookup(path, method);
      if (found === null) return null;
      const action = found[0] as Handler & { _handler?: Handler };
      const handler = action._handler ?? action;
      const run: Handler = (ctx, request) => handler(ctx, incoming.getStore() ?? request);
      return [run, ...found.slice(1)];
    },
  },
});

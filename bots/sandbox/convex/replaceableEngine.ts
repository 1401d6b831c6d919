import type { Engine } from "./engine.ts";

export type ReplaceableEngine = {
  engine: Engine;
  /** The functions directory in use. */
  directory: () => string;
  /**
   * Goes on with the functions of another directory, on the same data. Calls that come meanwhile
   * wait; an action that is running does not get through to the database any more. Where the new
   * functions cannot be used, the old ones go on and it throws.
   */
  replace: (directory: string) => Promise<void>;
};

/** An engine whose functions can be replaced while others hold on to it. */
export async function createReplaceableEngine(
  create: (directory: string) => Promise<Engine>,
  first: string,
): Promise<ReplaceableEngine> {
  const listeners = new Set<() => void>();
  const told = (): void => {
    for (const listener of listeners) listener();
  };
  async function open(directory: string): Promise<Engine> {
    const engine = await create(directory);
    engine.onWrite(told);
    return engine;
  }

  let directory = first;
  let current = await open(first);
  let ready = Promise.resolve();
  const whenReady = async (): Promise<Engine> => {
    await ready;
    return current;
  };

  async function exchange(next: string, before: Promise<void>): Promise<void> {
    await before;
    await current.close();
    try {
      current = await open(next);
      directory = next;
    } catch (error) {
      current = await open(directory);
      throw error;
    } finally {
      // Subscribed queries may have other results now.
      told();
    }
  }

  const engine: Engine = {
    get version() {
      return current.version;
    },
    describe: async (path) => await (await whenReady()).describe(path),
    query: async (call) => await (await whenReady()).query(call),
    queries: async (calls) => await (await whenReady()).queries(calls),
    mutation: async (call) => await (await whenReady()).mutation(call),
    action: async (call) => await (await whenReady()).action(call),
    http: async (request, auth) => await (await whenReady()).http(request, auth),
    onWrite(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tables: async () => await (await whenReady()).tables(),
    get crons() {
      return current.crons;
    },
    ...(current.restore && {
      restore: async (tables) => await (await whenReady()).restore?.(tables),
    }),
    ...(current.cronTimes && {
      cronTimes: {
        get: (cron) => current.cronTimes?.get(cron),
        set: async (cron, due) => await (await whenReady()).cronTimes?.set(cron, due),
      },
    }),
    ...(current.files && {
      files: {
        read: async (id) => (await (await whenReady()).files?.read(id)) ?? null,
        upload: async (token, file) =>
          (await (await whenReady()).files?.upload(token, file)) ?? null,
      },
    }),
    close: async () => await (await whenReady()).close(),
  };

  return {
    engine,
    directory: () => directory,
    async replace(next) {
      const replaced = exchange(next, ready);
      ready = replaced.catch(() => undefined);
      await replaced;
    },
  };
}

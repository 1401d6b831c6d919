/** Who wants to hear that something changed. */
export type Listeners = {
  tell: () => void;
  /** Returns how to stop listening. */
  add: (listener: () => void) => () => void;
};

export function makeListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    tell() {
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

type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** The same fields without the undefined ones: in Convex an undefined field erases what is stored. */
export function compact<T extends object>(value: Loose<T>): T;
export function compact(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

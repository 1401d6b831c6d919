import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";

type Query = FunctionReference<"query">;
type Mutation = FunctionReference<"mutation">;
type Action = FunctionReference<"action">;

/**
 * Convex, as one caller: what a command may ask of it. Refusals are thrown as Convex clients throw
 * them (`refusalOf`); a backend that is away as `BackendUnavailable`.
 */
export type Backend = {
  query<F extends Query>(query: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  mutation<F extends Mutation>(mutation: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  action<F extends Action>(action: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  /** A public query whose answer is the same for everybody: from a subscription already held. */
  live<F extends Query>(query: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  /** Stores (or with null removes) an organization's Luma key, by a route that keeps it out of logs. */
  storeLumaKey(slug: string, key: string | null): Promise<void>;
  /** Where Convex serves http routes; undefined where that is not configured. */
  siteUrl: string | undefined;
};

/** The backend did not answer. What was asked may or may not have happened. */
export class BackendUnavailable extends Error {
  override name = "BackendUnavailable";
}

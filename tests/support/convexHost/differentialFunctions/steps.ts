import {
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
  type GenericDataModel,
  type GenericMutationCtx,
} from "convex/server";
import { ConvexError, convexToJson, v, type Value } from "convex/values";
import { read } from "./reading.ts";
import type { ReadStep, Step, Table, Which } from "./step.ts";

// Functions that do what they are told and say what they saw, for any engine to run.

type Ctx = GenericMutationCtx<GenericDataModel>;

const writeReference = makeFunctionReference<"mutation">("steps:write");
const askReference = makeFunctionReference<"query">("steps:ask");
const noteReference = makeFunctionReference<"mutation">("steps:note");

/** Each step's answer. Where it is to fail, it does after the last one, which leaves nothing. */
async function run(ctx: Ctx, steps: Step[], fails: boolean): Promise<unknown[]> {
  const made: Made = { things: [], strict: [], texts: [] };
  const answers: unknown[] = [];
  for (const step of steps) {
    answers.push(await attempt(async () => await take(ctx, step, made)));
  }
  // Through the error, what a failed transaction saw is compared as well; as text, because
  // `convex/server` loses bytes and the like in the data of what a nested call throws.
  if (fails) throw new ConvexError(JSON.stringify(convexToJson({ answers: answers as Value[] })));
  return answers;
}

type Made = Record<Table, string[]>;

async function take(ctx: Ctx, step: Step, made: Made): Promise<unknown> {
  const idOf = (which: Which): string =>
    typeof which === "string" ? which : (made[which.table].at(-1 - which.made) ?? "none");
  switch (step.do) {
    case "insert": {
      const id = await ctx.db.insert(step.table, step.value as never);
      made[step.table].push(id);
      return { inserted: id, table: step.table };
    }
    case "patch": {
      const unset = Object.fromEntries(step.unset.map((field) => [field, undefined]));
      return await ctx.db.patch(idOf(step.id) as never, { ...step.value, ...unset } as never);
    }
    case "replace":
      return await ctx.db.replace(idOf(step.id) as never, step.value as never);
    case "delete":
      return await ctx.db.delete(idOf(step.id) as never);
    case "empty": {
      const all = await ctx.db.query(step.table).collect();
      for (const { _id } of all) await ctx.db.delete(_id as never);
      return all.length;
    }
    case "nested":
      return (await ctx.runMutation(writeReference, {
        steps: step.steps,
        fails: step.fails,
      })) as unknown;
    case "ask":
      return (await ctx.runQuery(askReference, { steps: step.steps })) as unknown;
    case "later": {
      const { inMs, tag, fails } = step;
      const id = await ctx.scheduler.runAfter(inMs, noteReference, { tag, fails });
      return { inserted: id, table: inMs === 0 ? "soon" : "jobs" };
    }
    case "cancel":
      return await ctx.scheduler.cancel(idOf(step.id) as never);
    default:
      return await read(ctx, step, idOf);
  }
}

/** A failure is an answer too: what is compared is that there is one, and a ConvexError's data. */
async function attempt(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await work()) ?? null;
  } catch (error) {
    return { failed: error instanceof ConvexError ? (error.data as string) : true };
  }
}

export const write = mutationGeneric({
  args: { steps: v.any(), fails: v.boolean() },
  handler: async (ctx, { steps, fails }) => await run(ctx, steps as Step[], fails),
});

export const ask = queryGeneric({
  args: { steps: v.any() },
  handler: async (ctx, { steps }) => {
    const answers: unknown[] = [];
    for (const step of steps as ReadStep[]) {
      const idOf = (which: Which): string => (typeof which === "string" ? which : "none");
      answers.push(await attempt(async () => await read(ctx, step, idOf)));
    }
    return answers;
  },
});

/** What is scheduled: leaves a text, or writes it and fails. */
export const note = internalMutationGeneric({
  args: { tag: v.string(), fails: v.boolean() },
  handler: async ({ db }, { tag, fails }) => {
    await db.insert("texts", { text: "scheduled", tag });
    if (fails) throw new Error("as it was told to");
  },
});

import { describe, expect, test } from "vitest";
import { createPreferences } from "../../bots/preferences.ts";
import type { BackendClient } from "../../bots/backend/index.ts";
import type { Backend } from "../../shared/backend.ts";

type Named = { people: { platformUserId: string; at: number }[]; chats: never[]; most: number };

/** Convex as far as preferences ask it: who changed is pushed, who arrives is counted. */
function pushing() {
  const asked: string[] = [];
  let push: (changed: Named) => void = () => undefined;
  const as = (subject: string): Backend => {
    const backend: Pick<Backend, "mutation"> = {
      mutation: async () => {
        asked.push(subject);
        if (isAway) throw new Error("away");
        return { standing: "member", tellIn: "auto" } as never;
      },
    };
    return backend as Backend;
  };
  const watch: BackendClient["watch"] = (_query, _args, listener) => {
    push = listener;
    return () => undefined;
  };
  let now = 0;
  let isAway = false;
  const preferences = createPreferences({ as, watch } as BackendClient, "telegram", () => now);
  const ask = async (id: string) => await preferences.ofPerson({ id, name: "Ana" });
  const pass = (ms: number) => (now += ms);
  const goAway = () => (isAway = true);
  return {
    ask,
    asked,
    pass,
    goAway,
    push: (people: Named["people"]) => push({ people, chats: [], most: 3 }),
  };
}

describe("what a bot remembers of people", () => {
  test("is asked for once", async () => {
    const { ask, asked } = pushing();
    await Promise.all([ask("1"), ask("1")]);
    await ask("1");
    expect(asked).toEqual(["telegram:1"]);
  });

  test("is forgotten when their settings, role or status changed elsewhere", async () => {
    const { ask, asked, push } = pushing();
    for (const id of ["1", "2"]) await ask(id);
    push([{ platformUserId: "2", at: 5 }]);
    for (const id of ["1", "2"]) await ask(id);
    expect(asked).toEqual(["telegram:1", "telegram:2", "telegram:2"]);
  });

  test("is asked for again behind their back after five minutes: they are seen in this chat", async () => {
    const { ask, asked, pass } = pushing();
    await ask("1");
    pass(5 * 60_000 - 1);
    await ask("1");
    expect(asked).toHaveLength(1);
    pass(1);
    await Promise.all([ask("1"), ask("1")]);
    expect(asked).toHaveLength(2);
  });

  test("goes on serving while Convex is away", async () => {
    const { ask, asked, pass, goAway } = pushing();
    const known = await ask("1");
    goAway();
    pass(5 * 60_000);
    expect(await ask("1")).toBe(known);
    expect(await ask("1")).toBe(known);
    expect(asked).toHaveLength(2);
  });

  test("is not forgotten again by a change that was known", async () => {
    const { ask, asked, push } = pushing();
    push([{ platformUserId: "1", at: 5 }]);
    await ask("1");
    push([{ platformUserId: "1", at: 5 }]);
    await ask("1");
    expect(asked).toEqual(["telegram:1"]);
  });

  test("is all forgotten when so many changed that some may not have been named", async () => {
    const { ask, asked, push } = pushing();
    await ask("1");
    push([2, 3, 4].map((id) => ({ platformUserId: String(id), at: 9 })));
    await ask("1");
    expect(asked).toEqual(["telegram:1", "telegram:1"]);
  });
});

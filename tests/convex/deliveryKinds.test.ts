import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modules } from "../../convex/model/kinds/index.ts";
import { renderers } from "../../shared/messages/deliveries.ts";

// Delivery kinds are a registry: the queue knows none of them, and whatever a kind hands to a bot is
// either worded by one renderer or done by each platform's sender.

const names = Object.keys(modules);
const sourcesIn = (folder: string) =>
  readdirSync(folder).map((name) => ({ name, text: readFileSync(`${folder}/${name}`, "utf8") }));

describe("the delivery queue", () => {
  test.each(sourcesIn("convex/model/deliveries"))("$name names no delivery kind", ({ text }) => {
    const named = names.filter((kind) => new RegExp(`["'\`]${kind}["'\`:]`).test(text));
    expect(named).toEqual([]);
    expect(text).not.toMatch(/task\.kind|\.\.\/kinds\//);
  });

  test("imports no feature", () => {
    const imported = sourcesIn("convex/model/deliveries").flatMap(({ text }) =>
      [...text.matchAll(/from "\.\.\/([a-zA-Z]+)/g)].map(([, floor]) => floor),
    );
    expect(new Set(imported)).toEqual(new Set(["callers", "fields", "refusal"]));
  });
});

/** The kinds of what a module hands to a bot: mostly its own name, for notices several. */
function payloadKinds(name: keyof typeof modules): string[] {
  const { payload } = modules[name];
  const members = payload.kind === "union" ? payload.members : [payload];
  return members.map(({ fields }) => fields.kind.value);
}

describe("every delivery kind", () => {
  test("stores its own name", () => {
    const stored = Object.values(modules).map(({ task }) => task.fields.kind.value);
    expect(stored).toEqual(names);
  });

  test("has a renderer, or is done by both platforms' senders", () => {
    const senders = ["telegram", "discord"].map((platform) =>
      readFileSync(`bots/${platform}/send.ts`, "utf8"),
    );
    const payloads = (Object.keys(modules) as (keyof typeof modules)[]).flatMap(payloadKinds);
    const actions = payloads.filter((kind) => !(kind in renderers));
    expect(actions.toSorted()).toEqual(["admit", "role", "scheduledEvent"]);
    for (const text of senders)
      expect(
        actions.filter((kind) => !new RegExp(`^ {2}(async )?${kind}[:(]`, "m").test(text)),
      ).toEqual([]);
  });

  test("has a renderer only if a module hands it to the bots", () => {
    const payloads = (Object.keys(modules) as (keyof typeof modules)[]).flatMap(payloadKinds);
    expect(Object.keys(renderers).filter((kind) => !payloads.includes(kind))).toEqual([]);
  });
});

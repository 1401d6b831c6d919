import { describe, expect, test } from "vitest";
import { registeredFunctions } from "../support/convex/registeredFunctions.ts";

// Rules about the source itself, read from the source.

const sources = import.meta.glob<string>(
  ["../../{bots,convex,shared}/**/*.ts", "!../../convex/_generated/**"],
  { query: "?raw", import: "default", eager: true },
);

type Source = { path: string; text: string; imports: string[] };

const all: Source[] = Object.entries(sources).map(([key, text]) => ({
  path: key.replace("../../", ""),
  text: withoutComments(text),
  imports: importsOf(text),
}));
const inFolder = (folder: string) => all.filter(({ path }) => path.startsWith(`${folder}/`));
const convex = inFolder("convex");
const luma = "convex/external/luma/";

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** What a file imports, types too; relative ones as paths from the root. */
function importsOf(text: string): string[] {
  const found = [...withoutComments(text).matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)];
  return found.flatMap(([, name]) => name ?? []);
}

function resolved({ path }: Source, name: string): string {
  return name.startsWith(".") ? new URL(name, `file:///${path}`).pathname.slice(1) : name;
}

/** Files in which something stands, with the first line where it does. */
function where(files: Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) => {
    const line = text.split("\n").find((one) => pattern.test(one));
    return line === undefined ? [] : [`${path}: ${line.trim()}`];
  });
}

/** Files and what they import, where it may not be. */
function badImports(files: Source[], isBad: (target: string, from: Source) => boolean): string[] {
  return files.flatMap((file) =>
    file.imports
      .map((name) => resolved(file, name))
      .filter((target) => isBad(target, file))
      .map((target) => `${file.path} -> ${target}`),
  );
}

/** Everything but one folder and the emulators, which speak each platform's language. */
function elsewhere(folder: string): Source[] {
  return all.filter(({ path }) => !path.startsWith(folder) && !path.startsWith("bots/sandbox/"));
}

test("the sources are found", () => {
  for (const folder of ["bots", "convex", "shared"])
    expect(inFolder(folder).length).toBeGreaterThan(10);
});

describe("Convex", () => {
  test("no query filters after reading", () => {
    const queried = convex.filter(({ text }) =>
      /\.query\([^)]*\)[\s\S]{0,400}?\.filter\(\(?q\b/.test(text),
    );
    expect(queried.map(({ path }) => path)).toEqual([]);
    // ".filter(" on the query itself stands after its index and before the rows are awaited.
    const chained =
      /\.withIndex\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*(?:\.order\([^)]*\)\s*)?\.filter\(/;
    expect(where(convex, chained)).toEqual([]);
  });

  test("every read is bounded: no collect()", () => {
    expect(where(convex, /\.collect\(/)).toEqual([]);
  });

  test("every database query begins with an index, a search index or the whole table in order", () => {
    expect(where(convex, /\.fullTableScan\(/)).toEqual([]);
  });

  test("no query reads the clock: what it answers would go stale in a cache", () => {
    const queries = convex.flatMap(({ path, text }) =>
      text
        .split(/^export const /m)
        .filter((part) => /^\w+ = (?:\w*Query|query)\(/.test(part))
        .map((part) => ({ path, part })),
    );
    expect(queries.length).toBeGreaterThan(10);
    const late = queries.filter(({ part }) => part.includes("Date.now("));
    expect(late.map(({ path }) => path)).toEqual([]);
  });

  test("a public function that no bot calls says that it is for other clients", () => {
    const mark = "For other clients of the deployment: no bot calls it.";
    const callers = all
      .filter(({ path }) => !path.startsWith("bots/sandbox/"))
      .map(({ text }) => text)
      .join("\n");
    const wrong = convex.flatMap(({ path }) => {
      const module = /^convex\/((?:events\/)?\w+)\.ts$/.exec(path)?.[1]?.replaceAll("/", ".");
      const exported = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export const (\w+) = (\w+)\(\{/g;
      if (module === undefined) return [];
      const text = sources[`../../${path}`] ?? "";
      return [...text.matchAll(exported)].flatMap(([, doc = "", name = "", builder = ""]) => {
        if (!/(Query|Mutation|Action)$/.test(builder) || builder.startsWith("internal")) return [];
        const isCalled = new RegExp(`\\bapi\\.${module}\\.${name}\\b`).test(callers);
        return doc.includes(mark) === isCalled ? [`${module}.${name}`] : [];
      });
    });
    expect(wrong).toEqual([]);
  });

  test("the rules of model/ are given the time", () => {
    const rules = convex.filter(({ path }) => path.startsWith("convex/model/"));
    expect(where(rules, /Date\.now\(|new Date\(\)/)).toEqual([]);
  });

  test("documents are reached by table name first", () => {
    expect(where(convex, /ctx\.db\s*\.(?:get|patch|replace|delete)\((?!")/)).toEqual([]);
  });

  test("who is calling is read in one file", () => {
    const readers = convex.filter(({ text }) =>
      /\bauth\s*\.\s*getUserIdentity|\bctx\.auth\b/.test(text),
    );
    expect(readers.map(({ path }) => path)).toEqual(["convex/model/callers/caller.ts"]);
  });

  test("the environment is read in one file, and where Convex reads its providers", () => {
    const readers = convex.filter(({ text }) => /\bprocess\s*\.\s*env\b/.test(text));
    expect(readers.map(({ path }) => path).sort()).toEqual([
      "convex/auth.config.ts",
      "convex/external/environment.ts",
    ]);
  });

  test("Luma is reached through its own folder", () => {
    const others = convex.filter(({ path }) => !path.startsWith(luma));
    expect(where(others, /api\.lu\.ma|luma\.com\//)).toEqual([]);
  });

  test("what is outside is fetched by its doorways alone", () => {
    // What the page of linking runs is text here, and runs in a browser.
    const page = "convex/routes/linkPageAssets.ts";
    const fetching = convex.filter(({ path }) => path !== page && !path.startsWith(luma));
    expect(where(fetching, /\bawait fetch\(/)).toEqual([
      expect.stringMatching(/^convex\/external\/boundedFetch\.ts: /),
    ]);
    // What an admin points somewhere goes through the one that resolves names: the geocoder, the needs.
    const asking = convex.filter(({ text }) => /\bpublicFetch\.get\b/.test(text));
    expect(asking.map(({ path }) => path).sort()).toEqual([
      "convex/geocoding.ts",
      "convex/model/giving/needsFeed.ts",
    ]);
    const requesting = convex.filter(({ text }) => /from "node:(?:https?|net|dns)/.test(text));
    expect(requesting.map(({ path }) => path)).toEqual(["convex/external/publicFetch.ts"]);
  });

  test("Stripe's library is known in one file", () => {
    expect(
      badImports(
        all.filter(({ path }) => !path.startsWith("bots/sandbox/")),
        (target, { path }) => target === "stripe" && path !== "convex/external/stripe/client.ts",
      ),
    ).toEqual([]);
  });

  test("only internal functions are scheduled", () => {
    const scheduled = convex.flatMap(({ path, text }) =>
      [...text.matchAll(/scheduler\s*\.run(?:After|At)\(\s*[^,]+,\s*(\w+)/g)].map(
        ([, first]) => `${path}: ${first}`,
      ),
    );
    expect(scheduled.length).toBeGreaterThan(3);
    expect(scheduled.filter((one) => !one.endsWith(": internal"))).toEqual([]);
  });

  test("every function says what it takes and what it gives", async () => {
    const functions = await registeredFunctions();
    expect(functions.length).toBeGreaterThan(20);
    expect(functions.filter(({ hasArgs, hasReturns }) => !hasArgs || !hasReturns)).toEqual([]);
  });

  test("OpenAI is reached through its own file", () => {
    const isOpenai = (target: string) => /^openai(?:\/|$)/.test(target);
    const importers = all.filter(({ imports }) => imports.some(isOpenai));
    expect(importers.map(({ path }) => path)).toEqual(["convex/external/openai.ts"]);
  });

  test("nothing needs Node but the doorways to Privy and OpenAI, whose libraries do, and the one that resolves names", () => {
    const inNode = convex.filter(({ text }) => /^\s*["']use node["']/.test(text));
    expect(inNode.map(({ path }) => path).sort()).toEqual([
      "convex/external/openai.ts",
      "convex/external/privy.ts",
      "convex/external/publicFetch.ts",
    ]);
    expect(
      badImports(
        convex,
        (target, { path }) =>
          target.startsWith("@privy-io/") && path !== "convex/external/privy.ts",
      ),
    ).toEqual([]);
    const others = convex.filter(({ path }) => path !== "convex/external/publicFetch.ts");
    expect(badImports(others, (target) => target.startsWith("node:"))).toEqual([]);
  });
});

/** The parts of `shared/` that are plain functions and data. */
const pure =
  /^shared\/(?:calendar|identity|linkCode|links|messages\/sanitize|refusals|money|accessLevel|texts|time)\b/;

describe("imports point one way", () => {
  test("convex imports nothing of the bots, and only plain parts of shared", () => {
    expect(badImports(convex, (target) => target.startsWith("bots/"))).toEqual([]);
    expect(
      badImports(convex, (target) => target.startsWith("shared/") && !pure.test(target)),
    ).toEqual([]);
  });

  test("the plain parts of shared import nothing of Convex", () => {
    const plain = inFolder("shared").filter(({ path }) => pure.test(path));
    expect(badImports(plain, (target) => /^convex\b/.test(target))).toEqual([]);
  });

  test("shared knows of Convex only what is generated, and of the bots nothing", () => {
    expect(
      badImports(
        inFolder("shared"),
        (target) =>
          target.startsWith("bots/") ||
          (target.startsWith("convex/") && !/^convex\/(?:_generated\/|server|values)/.test(target)),
      ),
    ).toEqual([]);
  });

  test("shared knows no platform and no Node", () => {
    const platforms = /^(?:node:|grammy|@grammyjs\/|discord|telegraf)/;
    expect(badImports(inFolder("shared"), (target) => platforms.test(target))).toEqual([]);
  });

  test("the bots know of Convex only what is generated", () => {
    expect(
      badImports(
        inFolder("bots"),
        (target, { path }) =>
          !path.startsWith("bots/sandbox/") &&
          /^convex\/(?!_generated\/|server|values|browser)/.test(target),
      ),
    ).toEqual([]);
  });

  test("only bots/telegram knows grammY, only bots/discord knows discord.js", () => {
    expect(
      badImports(elsewhere("bots/telegram/"), (target) => /^(?:grammy|@grammyjs\/)/.test(target)),
    ).toEqual([]);
    expect(badImports(elsewhere("bots/discord/"), (target) => /^discord[.-]/.test(target))).toEqual(
      [],
    );
  });

  test("what runs for real imports nothing of the local stage", () => {
    const real = [...inFolder("bots"), ...inFolder("shared"), ...convex].filter(
      ({ path }) => !path.startsWith("bots/sandbox/"),
    );
    expect(badImports(real, (target) => target.startsWith("bots/sandbox/"))).toEqual([]);
  });
});

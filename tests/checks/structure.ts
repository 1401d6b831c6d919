import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

// Prints how the code is built (files, lines, imports, delivery kinds) and fails on an import circle,
// by types too, or on an import against the direction that docs/architecture.md draws.
// `node tests/checks/structure.ts [folder]`: another checkout can be measured for a comparison.

const root = process.argv[2] ?? ".";
const git = ["-C", root, "ls-files", "-co", "--exclude-standard", "*.ts"];
const files = execFileSync("git", git, { encoding: "utf8", maxBuffer: 1 << 26 })
  .split("\n")
  .filter((file) => file !== "" && !file.includes("_generated/") && existsSync(join(root, file)))
  .toSorted();
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
const product = files.filter((file) => !file.startsWith("tests/"));

/** The import and re-export statements of a file, each with what it imports from. */
const statement = /^(?:import|export)\b[^;"']*?["']([^"']+)["']|\bimport\(\s*["'](\.[^"']+)["']/gm;

function targetsOf(file: string): string[] {
  const found = [...(texts.get(file) ?? "").matchAll(statement)].map((one) => one[1] ?? one[2]);
  return found.flatMap((target) => {
    if (target === undefined) return [];
    if (!target.startsWith(".")) return [target];
    const path = normalize(join(dirname(file), target));
    return [texts.has(path) ? path : path.replace(/\.js$/, ".ts")];
  });
}

const imports = new Map(files.map((file) => [file, targetsOf(file)]));

/** Groups of files that reach each other by imports (Tarjan's strongly connected components). */
function circles(): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    let low = index;
    path.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!texts.has(target)) continue;
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (path.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    lowest.set(file, low);
    if (low === index) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) found.push(circle);
    }
    return low;
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

/**
 * The floors of `convex/model`, from the lowest. A folder imports from itself and from lower floors,
 * and not from its neighbours: a feature knows no other feature.
 */
const floors = [
  ["fields", "base"],
  ["callers"],
  ["deliveries"],
  ["people", "live"],
  ["events", "giving", "queue"],
  ["kinds"],
  ["consequences"],
  ["accounts", "sync"],
];
const floorOf = (folder: string) => floors.findIndex((names) => names.includes(folder));
/** Files that stand in `convex/model` itself belong to the lowest floor. */
function modelFolder(file: string): string | undefined {
  const [, model, folder, inside] = file.split("/");
  if (!file.startsWith("convex/") || model !== "model") return undefined;
  return inside === undefined ? "base" : folder;
}

/** Why an import is not allowed; undefined where it is. */
function whyWrong(from: string, to: string): string | undefined {
  if (to === "grammy" && !/^bots\/(telegram|sandbox)\//.test(from))
    return "bots/telegram alone knows grammY";
  if (to === "discord.js" && !/^bots\/(discord|sandbox)\//.test(from))
    return "bots/discord alone knows discord.js";
  const isGenerated = to.startsWith("convex/_generated/");
  if (!texts.has(to) && !isGenerated) return undefined;
  const isSandbox = (file: string) => file.startsWith("bots/sandbox/");
  if (!isSandbox(from) && isSandbox(to)) return "a deployment has no sandbox";
  if (from.startsWith("bots/") && to.startsWith("convex/") && !isGenerated)
    return "bots know Convex by its generated code alone";
  if (from.startsWith("shared/") && to.startsWith("bots/")) return "shared knows no platform";
  if (from.startsWith("shared/") && to.startsWith("convex/") && !isGenerated)
    return "shared knows Convex by its generated code alone";
  if (from.startsWith("convex/") && to.startsWith("bots/")) return "Convex runs without the bots";
  const isHost = from.startsWith("bots/sandbox/convex/");
  if (isHost && /^(bots|shared|convex)\//.test(to) && !to.startsWith("bots/sandbox/convex/"))
    return "the local Convex host imports nothing of Plaza";
  const [upper, lower] = [modelFolder(from), modelFolder(to)];
  if (upper === undefined || lower === undefined || upper === lower) return undefined;
  if (floorOf(upper) < 0 || floorOf(lower) < 0) return "a folder of convex/model without a floor";
  if (floorOf(upper) < floorOf(lower)) return `${upper} stands below ${lower}`;
  if (floorOf(upper) === 0) return undefined;
  return floorOf(upper) === floorOf(lower) ? `${upper} stands beside ${lower}` : undefined;
}

const linesOf = (file: string) => (texts.get(file) ?? "").split("\n").length - 1;
const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

function area(prefix: string) {
  const mine = files.filter((file) => file.startsWith(prefix));
  const sizes = mine.map(linesOf).toSorted((a, b) => a - b);
  const lines = sizes.reduce((sum, size) => sum + size, 0);
  const tiny = sizes.filter((size) => size <= 25).length;
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
  return { files: mine.length, lines, median, most: sizes.at(-1) ?? 0, "25 or fewer": tiny };
}

/** Handlers of Convex functions that read or write the database themselves, and how many there are. */
function handlers() {
  const isFunctions = (file: string) => /^convex\/(events\/)?[^/]+\.ts$/.test(file);
  const all = product.filter(isFunctions).flatMap((file) => {
    const [, ...bodies] = (texts.get(file) ?? "").split(/\bhandler:/);
    return bodies.map((body) => body.split(/\n\}\);/)[0] ?? "");
  });
  return { all: all.length, reading: all.filter((body) => body.includes("ctx.db")).length };
}

/** For each delivery kind, the files of the product that name it as a kind. */
function filesByKind(): Map<string, string[]> {
  const map = texts.get("convex/model/kinds/index.ts") ?? "";
  const body = /export const modules = \{([\s\S]*?)\n\}/.exec(map)?.[1] ?? "";
  const names = [...body.matchAll(/^\s+"?([a-zA-Z-]+)"?[,:]/gm)].map((one) => one[1] ?? "");
  return new Map(
    names.map((kind) => {
      const named = new RegExp(`kind: (v\\.literal\\()?"${kind}"|^  "?${kind}"?[:,(]`, "m");
      const places = /^(convex\/model\/(deliveries|kinds)|shared\/messages|bots)\//;
      const delivers = (file: string) => places.test(file) && !file.startsWith("bots/sandbox/");
      return [kind, product.filter((file) => delivers(file) && named.test(texts.get(file) ?? ""))];
    }),
  );
}

/** Paths that the documentation names and that do not exist; flows of more files than it promises. */
function untrueInDocs(): string[] {
  const documents = execFileSync("git", ["-C", root, "ls-files", "-co", "*.md"], {
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => /^(docs\/|[A-Z]+\.md$)/.test(file) && existsSync(join(root, file)));
  const made = /Create `([^`]+)`/g;
  return documents.flatMap((document) => {
    const text = readFileSync(join(root, document), "utf8");
    const created = [...text.matchAll(made)].map(([, path]) => path);
    const named = /`((?:bots|convex|shared|tests|docs)\/[^\s`<>*]+\.\w+)`|\]\(([^)#:]+)\)/g;
    const missing = [...text.matchAll(named)].flatMap(([, path, link]) => {
      const target = path ?? join(dirname(document), link ?? "");
      const isThere = existsSync(join(root, target)) || created.includes(path);
      return isThere ? [] : [`${document} names ${target}, which is not there`];
    });
    const flows = text.split(/^### /m).slice(1);
    const long = flows.flatMap((flow) => {
      const most = /^[^\n]*at most (\d+) files/.exec(flow)?.[1];
      const files = new Set([...flow.matchAll(named)].map(([, path]) => path));
      const isLong = most !== undefined && files.size > Number(most);
      return isLong ? [`${document}: a flow has ${files.size} files, more than ${most}`] : [];
    });
    return [...missing, ...long];
  });
}

/** Files that code names beside itself, by a URL relative to `import.meta.url`, and that do not exist. */
function missingFiles(): string[] {
  const named = /new URL\(\s*"([^":]+)",\s*import\.meta\.url/g;
  return files.flatMap((file) =>
    [...(texts.get(file) ?? "").matchAll(named)].flatMap(([, path = ""]) => {
      const target = normalize(join(dirname(file), path));
      const isMadeLater = /^node_modules\/|^\.plaza|^\.\./.test(target);
      const isThere = isMadeLater || existsSync(join(root, target));
      return isThere ? [] : [`${file} names ${target}, which is not there`];
    }),
  );
}

const importers = new Map<string, number>();
for (const file of product)
  for (const target of new Set(imports.get(file)))
    importers.set(target, (importers.get(target) ?? 0) + 1);
const oneImporter = product.filter((file) => importers.get(file) === 1).length;
const lines = product.reduce((sum, file) => sum + linesOf(file), 0);
const importLines = product.reduce(
  (sum, file) => sum + ((texts.get(file) ?? "").match(statement)?.length ?? 0),
  0,
);
const { all, reading } = handlers();
const kinds = filesByKind();
const wrong = files
  .filter((file) => !file.startsWith("tests/"))
  .flatMap((file) =>
    (imports.get(file) ?? []).flatMap((target) => {
      const why = whyWrong(file, target);
      return why === undefined ? [] : [`${file} -> ${target}: ${why}`];
    }),
  );
const found = circles();

console.table(
  Object.fromEntries(
    ["convex/", "shared/", "bots/", "bots/sandbox/", "tests/"].map((one) => [one, area(one)]),
  ),
);
console.log(`Files with one importer: ${share(oneImporter, product.length)}`);
console.log(`Import statements per line: ${share(importLines, lines)}`);
console.log(`Handlers that touch ctx.db: ${reading} of ${all} (${share(reading, all)})`);
for (const [kind, places] of kinds)
  console.log(`Delivery kind ${kind}: named in ${places.length} files`);
console.log(`Import circles: ${found.length}; imports in a wrong direction: ${wrong.length}`);
for (const circle of found) console.error(`Circle of ${circle.length}: ${circle.join(", ")}`);
for (const one of wrong) console.error(`Wrong: ${one}`);
const untrue = [...untrueInDocs(), ...missingFiles()];
for (const one of untrue) console.error(`Wrong: ${one}`);
if (found.length + wrong.length + untrue.length > 0) process.exitCode = 1;

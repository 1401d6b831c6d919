import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";

const folder = new URL("../page/", import.meta.url);
const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  ts: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Serves the page's own files; its TypeScript without the types, as the browser wants it. */
export async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const name = path === "/" ? "index.html" : path.slice(1);
  const type = types[name.split(".").at(-1) ?? ""];
  const isPlain = /^[\w-]+(\/[\w-]+)*\.\w+$/.test(name);
  const bytes = type && isPlain ? await readFile(new URL(name, folder)).catch(() => null) : null;
  if (!type || !bytes) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(name.endsWith(".ts") ? stripTypeScriptTypes(bytes.toString()) : bytes);
}

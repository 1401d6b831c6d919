import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import type { Act, ChatEmulator, Platform, TranscriptMessage } from "../contract.ts";
import { controlPanelState, doControlAction } from "./controlPanel.ts";
import type { Sandbox } from "./sandbox.ts";

export type SandboxServer = { url: string; close(): Promise<void> };

const longestBody = 1_000_000;

/** The page, and the same things for scripts: see the README. Loopback only. */
export async function serveSandbox(sandbox: Sandbox, port: number): Promise<SandboxServer> {
  const streams = new Set<ServerResponse>();
  const tell = (platform: string) => {
    for (const stream of streams)
      stream.write(`event: change\ndata: ${JSON.stringify({ platform })}\n\n`);
  };
  const stops = [
    sandbox.telegram.onChange(() => tell("telegram")),
    sandbox.discord.onChange(() => tell("discord")),
    sandbox.luma.onChange(() => tell("control")),
    sandbox.openai.onChange(() => tell("control")),
    sandbox.privy.onChange(() => tell("control")),
    sandbox.clerk.onChange(() => tell("control")),
    sandbox.giving.stripe.onChange(() => tell("control")),
  ];

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    // A page of the web must not reach the sandbox through a name that points to this machine.
    const host = request.headers.host ?? "";
    const origin = request.headers.origin;
    const isOurs =
      /^(127\.0\.0\.1|localhost):\d+$/.test(host) && (!origin || origin === `http://${host}`);
    if (!isOurs) return send(response, 403, { ok: false, error: "only from this machine" });
    const url = new URL(request.url ?? "/", `http://${host}`);
    if (url.pathname === "/api/stream") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.write(": open\n\n");
      streams.add(response);
      request.once("close", () => streams.delete(response));
      return;
    }
    const route = `${request.method} ${url.pathname}`;
    switch (route) {
      case "GET /api/sandbox":
        return send(response, 200, {
          people: sandbox.telegram.people(),
          places: { telegram: sandbox.telegram.places(), discord: sandbox.discord.places() },
          commands: {
            telegram: sandbox.telegram.commands({ in: "dm", as: "ana" }),
            discord: sandbox.discord.commands(),
          },
          version: sandbox.version,
        });
      case "POST /api/act": {
        const { platform, act } = readAct(await bodyOf(request));
        const chosen = sandbox[platform];
        const answer = await chosen.act(act);
        if (!answer.ok || !answer.messages) return send(response, 200, answer);
        const messages = answer.messages.map((message) => local(chosen, message));
        return send(response, 200, { ...answer, messages });
      }
      case "GET /api/transcript": {
        const chosen = emulator(sandbox, url.searchParams.get("platform"));
        const query = {
          in: url.searchParams.get("in") ?? "",
          as: url.searchParams.get("as") ?? "",
        };
        if (!chosen)
          return send(response, 400, { ok: false, error: "platform is telegram or discord" });
        return send(
          response,
          200,
          chosen.transcript(query).map((message) => local(chosen, message)),
        );
      }
      case "GET /api/typing": {
        const query = {
          in: url.searchParams.get("in") ?? "",
          as: url.searchParams.get("as") ?? "",
        };
        const chosen = emulator(sandbox, url.searchParams.get("platform"));
        return send(response, 200, { typing: chosen?.isTyping(query) ?? false });
      }
      case "GET /api/control":
        return send(response, 200, await controlPanelState(sandbox));
      case "POST /api/control": {
        const done = await doControlAction(sandbox, await bodyOf(request));
        tell("control");
        return send(response, 200, { ok: true, ...(done !== undefined && { done }) });
      }
    }
    if (url.pathname.startsWith("/files/")) return sendUpload(sandbox, url, response);
    return await serveFile(url.pathname, response);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const said = error instanceof Error ? error.message : "failed";
      send(response, 400, { ok: false, error: said });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const stop of stops) stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function emulator(sandbox: Sandbox, platform: string | null | undefined): ChatEmulator | undefined {
  return platform === "telegram" || platform === "discord" ? sandbox[platform] : undefined;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longestBody) throw new Error("too long");
  }
  return JSON.parse(text || "{}");
}

/** Files that the bot sent are served here, whatever address the platform would give them. */
function local({ platform }: ChatEmulator, message: TranscriptMessage): TranscriptMessage {
  const at = (url: string) => `/files/${platform}?id=${encodeURIComponent(url)}`;
  return {
    ...message,
    ...(message.files && { files: message.files.map((file) => ({ ...file, url: at(file.url) })) }),
    ...(message.photo && !message.photo.startsWith("https://") && { photo: at(message.photo) }),
    ...(message.picture && { picture: { ...message.picture, url: at(message.picture.url) } }),
    ...(message.embeds && {
      embeds: message.embeds.map((embed) =>
        embed.image === undefined || embed.image.startsWith("https://")
          ? embed
          : { ...embed, image: at(embed.image) },
      ),
    }),
  };
}

function sendUpload(sandbox: Sandbox, url: URL, response: ServerResponse): void {
  const platform = url.pathname.split("/")[2];
  const file = emulator(sandbox, platform)?.file(url.searchParams.get("id") ?? "");
  if (!file) return send(response, 404, { ok: false, error: "no such file" });
  response.writeHead(200, {
    "Content-Type": file.mime,
    // What somebody uploaded is never run as a page of ours.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": `attachment; filename="${file.name.replace(/[^\w.-]/g, "_")}"`,
  });
  response.end(file.bytes);
}

const who = { platform: z.enum(["telegram", "discord"]), as: z.string(), in: z.string() };
const value = z.union([z.string(), z.number(), z.boolean()]);

const act = z.discriminatedUnion("do", [
  z.object({ ...who, do: z.literal("say"), text: z.string(), replyTo: z.string().optional() }),
  z.object({
    ...who,
    do: z.literal("command"),
    name: z.string(),
    options: z.record(z.string(), value).optional(),
  }),
  z.object({
    ...who,
    do: z.literal("autocomplete"),
    name: z.string(),
    option: z.string(),
    value: z.string(),
  }),
  z.object({ ...who, do: z.literal("click"), message: z.string(), button: z.string() }),
  z.object({
    ...who,
    do: z.literal("choose"),
    message: z.string(),
    menu: z.string(),
    values: z.array(z.string()),
  }),
  z.object({
    ...who,
    do: z.literal("submit"),
    modal: z.string(),
    fields: z.record(z.string(), z.string()),
  }),
  z.object({ ...who, do: z.literal(["join", "addBot", "removeBot"]) }),
]);

/** One thing a person does, as a script sent it; throws a sentence that names what is wrong. */
function readAct(sent: unknown): { platform: Platform; act: Act } {
  const read = act.safeParse(sent);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`${issue?.path.join(".") || "the act"}: ${issue?.message ?? "not understood"}`);
  }
  const { platform, ...rest } = read.data;
  return { platform, act: rest as Act };
}

const folder = new URL("../page/", import.meta.url);
const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  ts: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Serves the page's own files; its TypeScript without the types, as the browser wants it. */
async function serveFile(path: string, response: ServerResponse): Promise<void> {
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

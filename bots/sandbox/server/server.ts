import type { ServerResponse } from "node:http";
import { z } from "zod";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import type { Act, ChatEmulator, Platform, TranscriptMessage } from "../contract.ts";
import { readBody } from "../http/bodies.ts";
import {
  alreadySent,
  type AppContext,
  handlersOf,
  listenOnLoopback,
  makeApp,
} from "../http/server.ts";
import { controlPanelState, doControlAction } from "./controlPanel.ts";
import type { Sandbox } from "./sandbox.ts";

export type SandboxServer = { url: string; close(): Promise<void> };

const maxBodyBytes = 1_000_000;

/** Serves the page, and the same things to scripts: see the README. */
export async function serveSandbox(sandbox: Sandbox, port: number): Promise<SandboxServer> {
  const server = await listenOnLoopback({ name: "sandbox", port });
  const changes = makeChangeStream();
  const stops = [
    sandbox.telegram.onChange(() => changes.send("telegram")),
    sandbox.discord.onChange(() => changes.send("discord")),
    ...[sandbox.luma, sandbox.openai, sandbox.privy, sandbox.clerk, sandbox.giving.stripe].map(
      (emulator) => emulator.onChange(() => changes.send("control")),
    ),
  ];

  const app = makeApp();
  app.onError((error, c) => c.json({ ok: false, error: error.message }, 400));
  app.use(async (c, next) => {
    // A page of another origin must not reach the sandbox with the visitor's browser.
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== `http://${c.req.header("host")}`)
      return c.json({ ok: false, error: "only from this machine" }, 403);
    c.header("cache-control", "no-store");
    return await next();
  });
  app.get("/api/stream", (c) => changes.open(c));
  app.get("/api/sandbox", (c) =>
    c.json({
      people: sandbox.telegram.people(),
      places: { telegram: sandbox.telegram.places(), discord: sandbox.discord.places() },
      commands: {
        telegram: sandbox.telegram.commands({ in: "dm", as: "ana" }),
        discord: sandbox.discord.commands(),
      },
      version: sandbox.version,
    }),
  );
  app.post("/api/act", async (c) => {
    const { platform, act } = readAct(await readJson(c));
    const emulator = sandbox[platform];
    const answer = await emulator.act(act);
    if (!answer.ok || !answer.messages) return c.json(answer);
    const messages = answer.messages.map((message) => withLocalFiles(emulator, message));
    return c.json({ ...answer, messages });
  });
  app.get("/api/transcript", (c) => {
    const emulator = emulatorOf(sandbox, c.req.query("platform"));
    if (!emulator) return c.json({ ok: false, error: "platform is telegram or discord" }, 400);
    const messages = emulator.transcript(seatOf(c));
    return c.json(messages.map((message) => withLocalFiles(emulator, message)));
  });
  app.get("/api/typing", (c) => {
    const emulator = emulatorOf(sandbox, c.req.query("platform"));
    return c.json({ typing: emulator?.isTyping(seatOf(c)) ?? false });
  });
  app.get("/api/control", async (c) => c.json(await controlPanelState(sandbox)));
  app.post("/api/control", async (c) => {
    const done = await doControlAction(sandbox, await readJson(c));
    changes.send("control");
    return c.json({ ok: true, ...(done !== undefined && { done }) });
  });
  app.get("/files/:platform", (c) => {
    const file = emulatorOf(sandbox, c.req.param("platform"))?.file(c.req.query("id") ?? "");
    if (!file) return c.json({ ok: false, error: "no such file" }, 404);
    return c.body(new Uint8Array(file.bytes), 200, {
      "content-type": file.mime,
      // An uploaded page must not run in this origin.
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "content-disposition": `attachment; filename="${file.name.replace(/[^\w.-]/g, "_")}"`,
    });
  });
  app.get("*", (c) => sendPageFile(c));
  server.serve(handlersOf(app));

  return {
    url: server.url,
    async close() {
      for (const stop of stops) stop();
      await server.close();
    },
  };
}

/** Server-sent events that name the part of the page that is out of date. */
function makeChangeStream() {
  const open = new Set<ServerResponse>();
  return {
    send(platform: Platform | "control") {
      for (const response of open)
        response.write(`event: change\ndata: ${JSON.stringify({ platform })}\n\n`);
    },
    open({ env: { incoming, outgoing } }: AppContext): Response {
      outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      outgoing.write(": open\n\n");
      open.add(outgoing);
      incoming.once("close", () => open.delete(outgoing));
      return alreadySent;
    },
  };
}

function emulatorOf(sandbox: Sandbox, platform: string | undefined): ChatEmulator | undefined {
  return platform === "telegram" || platform === "discord" ? sandbox[platform] : undefined;
}

function seatOf(c: AppContext): { in: string; as: string } {
  return { in: c.req.query("in") ?? "", as: c.req.query("as") ?? "" };
}

/** @throws an error whose message is shown to the script: too long, or no JSON. */
async function readJson(c: AppContext): Promise<unknown> {
  const bytes = await readBody(c.env.incoming, maxBodyBytes);
  if (bytes === null) throw new Error("too long");
  return JSON.parse(bytes.toString() || "{}") as unknown;
}

/** Files that the bot sent are served here, whatever address the platform would give them. */
function withLocalFiles({ platform }: ChatEmulator, message: TranscriptMessage): TranscriptMessage {
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
async function sendPageFile(c: AppContext): Promise<Response> {
  const name = c.req.path === "/" ? "index.html" : c.req.path.slice(1);
  const type = types[name.split(".").at(-1) ?? ""];
  const isPlain = /^[\w-]+(\/[\w-]+)*\.\w+$/.test(name);
  const bytes = type && isPlain ? await readFile(new URL(name, folder)).catch(() => null) : null;
  if (!type || !bytes) return c.body(null, 404);
  const text = bytes.toString();
  return c.body(name.endsWith(".ts") ? stripTypeScriptTypes(text) : text, 200, {
    "content-type": type,
    "content-security-policy": "default-src 'self'; img-src 'self' data: https:",
    "x-content-type-options": "nosniff",
  });
}

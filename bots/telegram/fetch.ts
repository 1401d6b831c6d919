import * as http from "node:http";
import * as https from "node:https";
import type { Readable } from "node:stream";
import type { ApiClientOptions } from "grammy";

// grammY brings node-fetch, whose streams cost more than all the rest of an answer. What the Bot API
// needs of HTTP is little: a POST, and JSON back.

type Fetch = NonNullable<ApiClientOptions["fetch"]>;
/** What grammY gives and takes of fetch's types. */
type Init = { headers: Record<string, string>; body: string | Readable; signal: AbortSignal };
type Answer = { json(): Promise<unknown> };

const plain = { request: http.request, agent: new http.Agent({ keepAlive: true }) };
const secure = { request: https.request, agent: new https.Agent({ keepAlive: true }) };

/** For grammY's `client.fetch`: keeps its connections, and reads only what grammY reads. */
export const leanFetch = (async (url: string, { headers, body, signal }: Init): Promise<Answer> => {
  const { request, agent } = url.startsWith("https:") ? secure : plain;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length = typeof body === "string" && { "content-length": Buffer.byteLength(body) };
  const sent = request(url, { method: "POST", agent, headers: { ...headers, ...length } });
  sent.on("error", reject);
  sent.on("response", (answer) => {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => (text += chunk));
    answer.on("error", reject);
    answer.on("end", () => resolve({ json: async () => JSON.parse(text) as unknown }));
  });
  signal.addEventListener("abort", () => sent.destroy(new Error("aborted")));
  if (typeof body === "string") sent.end(body);
  // A file. That its source fails, grammY notices itself, and aborts.
  else body.pipe(sent);
  return await promise;
}) as unknown as Fetch;

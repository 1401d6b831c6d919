import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { onTestFinished } from "vitest";

export type Received = {
  id: string;
  path: string;
  verdict: string;
  event: Record<string, unknown>;
};

/** A receiver as Plaza's own: believes only what standardwebhooks verifies. */
export async function receiver(secret: string) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const header = (name: string) => String(request.headers[`svix-${name}`]);
      const verdict = verify(secret, body, header);
      received.push({
        id: header("id"),
        path: request.url ?? "",
        verdict,
        event: JSON.parse(body),
      });
      response.writeHead(verdict === "believed" ? 200 : 400).end(verdict);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/webhooks`, received };
}

/** The library knows the headers by their newer names. */
function verify(secret: string, body: string, header: (name: string) => string): string {
  try {
    new Webhook(secret).verify(body, {
      "webhook-id": header("id"),
      "webhook-timestamp": header("timestamp"),
      "webhook-signature": header("signature"),
    });
    return "believed";
  } catch (error) {
    return error instanceof Error ? error.message : "refused";
  }
}

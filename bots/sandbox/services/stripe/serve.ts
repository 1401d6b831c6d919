import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../convex/servers.ts";
import { type Answer, refused } from "./answer.ts";
import { ownerOf, payPage as pay } from "./billing.ts";
import type { Faults } from "../../faults.ts";
import { type Form, readForm } from "./form.ts";
import type { makeIdempotency } from "./idempotency.ts";
import { payPage } from "./page.ts";
import { apiRoute, sessionNow } from "./routes.ts";
import type { Session, StripeFault } from "./types.ts";
import { newId, type World } from "./world.ts";

const longestBody = 100_000;
type Once = ReturnType<typeof makeIdempotency>;

/** Answers one request: of a server with the key, or of a person who pays. */
export async function serve(
  world: World,
  faults: Faults<StripeFault>,
  once: Once,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", headers } = request;
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const bytes = await readBody(request, longestBody);
  const text = bytes?.toString() ?? "";
  const form = bytes && readForm(`${text}&${url.search.slice(1)}`);
  if (!form) return send(world, response, refused(400, "Invalid form"));
  const { pathname: path } = url;
  if (path.startsWith("/pay/"))
    return send(world, response, await pageRoute(world, method, path, form));

  if (headers.authorization !== `Bearer ${world.secretKey}`)
    return send(world, response, refused(401, "Invalid API Key provided: sk_****"));
  const fault = faults.take(path);
  const key = headers["idempotency-key"];
  const route = () =>
    once(typeof key === "string" ? key : undefined, `${method} ${path} ${text}`, () => {
      const missing = refused(404, `Unrecognized request URL (${method}: ${path}).`);
      return apiRoute(world, { method, path, form }) ?? missing;
    });
  switch (fault?.kind) {
    case undefined:
      return send(world, response, route());
    case "drop":
      response.socket?.destroy();
      return;
    case "broken":
      response.writeHead(200, { "content-type": "application/json" }).end('{"id":"sub_');
      return;
    case "429":
      return send(world, response, refused(429, "Too many requests", { type: "rate_limit_error" }));
    case "500-after":
      route();
      return send(world, response, broken);
    case "500":
      return send(world, response, broken);
  }
}

const broken = {
  ...(refused(500, "Something went wrong", { type: "api_error" }) as Answer & { body: object }),
  headers: { "stripe-should-retry": "false" },
};

async function pageRoute(world: World, method: string, path: string, form: Form): Promise<Answer> {
  const session = sessionNow(world, path.slice("/pay/".length));
  if (!session) return refused(404, "No such page");
  const show = (said?: string): Answer => ({
    status: 200,
    page: payPage(session, productOf(world, session), said),
  });
  const wish = form["do"];
  if (method !== "POST" || session.status !== "open") return show();
  if (wish === "cancel") return { status: 303, to: session.cancel_url ?? session.success_url };
  if (wish !== "pay" || world.declined.has(ownerOf(session)))
    return show("Your card was declined.");
  await payOpen(world, session);
  return { status: 303, to: session.success_url };
}

/** Pays a page, for people and for scripts. */
export async function payOpen(world: World, session: Session, options = {}) {
  const price = world.prices.get(session.id);
  if (!price) throw new Error("this page sells nothing");
  return await pay(
    world,
    session,
    price,
    world.subscriptionMetadata.get(session.id) ?? {},
    options,
  );
}

function productOf({ prices, products }: World, { id }: Session): string {
  return products.get(prices.get(id)?.product ?? "") ?? "";
}

function send(world: World, response: ServerResponse, answer: Answer): void {
  // By the sandbox's clock: the receiver compares it with the times of events.
  response.setHeader("date", new Date(world.now()).toUTCString());
  response.setHeader("cache-control", "no-store");
  if ("to" in answer) {
    response.writeHead(303, { location: answer.to }).end();
  } else if ("page" in answer) {
    const policy = "default-src 'none'; style-src 'unsafe-inline'";
    const type = "text/html; charset=utf-8";
    response.writeHead(200, { "content-type": type, "content-security-policy": policy });
    response.end(answer.page);
  } else {
    const headers = { "content-type": "application/json", "request-id": newId("req") };
    response.writeHead(answer.status, { ...headers, ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }
}

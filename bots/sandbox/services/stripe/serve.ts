import type { IncomingMessage, ServerResponse } from "node:http";
import { asHtml, readBody } from "../../http/bodies.ts";
import { type Answer, type Form, readForm, refused } from "./params.ts";
import { ownerOf, payPage as pay } from "./billing.ts";
import type { Faults } from "../../http/observing.ts";
import { apiRoute, sessionNow } from "./routes.ts";
import type { Session, StripeFault } from "./types.ts";
import { newId, type World } from "./world.ts";

const maxBodyBytes = 100_000;
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
  const bytes = await readBody(request, maxBodyBytes);
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
  const choice = form["do"];
  if (method !== "POST" || session.status !== "open") return show();
  if (choice === "cancel") return { status: 303, to: session.cancel_url ?? session.success_url };
  if (choice !== "pay" || world.declined.has(ownerOf(session)))
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

const day = 24 * 60 * 60 * 1000;
const maxKept = 1_000;

type Kept = { request: string; answer: Answer; at: number };

/**
 * Idempotency keys: the same request gets the same answer again, another request an error. See
 * https://docs.stripe.com/api/idempotent_requests.
 */
export function makeIdempotency(now: () => number) {
  const kept = new Map<string, Kept>();
  return (key: string | undefined, request: string, work: () => Answer): Answer => {
    if (key === undefined) return work();
    const known = kept.get(key);
    if (known && now() - known.at < day) {
      if (known.request === request) return replayed(known.answer);
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`;
      return refused(400, message, { type: "idempotency_error" });
    }
    const answer = structuredClone(work());
    // Stripe keeps no result of a request that failed validation.
    if (answer.status < 400) kept.set(key, { request, answer, at: now() });
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}

function replayed(answer: Answer): Answer {
  return "body" in answer ? { ...answer, headers: { "idempotent-replayed": "true" } } : answer;
}

const style = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:2rem 1.25rem}
h1{font-size:1.375rem;margin:0 0 .25rem}p{margin:0 0 1.25rem}
.sum{font-size:2rem;font-weight:700}
button{width:100%;min-height:3rem;margin-bottom:.6rem;font:inherit;font-weight:600;border-radius:.5rem;border:1px solid #635bff;background:#635bff;color:#fff}
button.quiet{background:transparent;color:inherit;border-color:#8888}
.bad{color:#c0123c;font-weight:600}.small{opacity:.7;font-size:.875rem}`;

/** The payment page of this machine: no card is asked for, and no money moves. */
function payPage(session: Session, product: string, said?: string): string {
  const amount = new Intl.NumberFormat("en", {
    style: "currency",
    currency: session.currency.toUpperCase(),
  }).format(session.amount_total / 100);
  const button = (value: string, words: string, kind = "") =>
    `<button name="do" value="${value}"${kind && ` class="${kind}"`}>${words}</button>`;
  const isOpen = session.status === "open";
  const closed = session.status === "complete" ? "This was paid already." : "This page is closed.";
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Pay</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style></head><body><main>`,
    `<h1>${asHtml(product)}</h1><p><span class="sum">${amount}</span> each week</p>`,
    said === undefined ? "" : `<p class="bad" role="alert">${asHtml(said)}</p>`,
    isOpen
      ? `<form method="post">${button("pay", `Pay ${amount}`)}${button("decline", "Pay with a card that is declined", "quiet")}${button("cancel", "Cancel", "quiet")}</form>`
      : `<p>${closed}</p>`,
    '<p class="small">An emulator for Stripe on this machine. No card is asked for, no money moves.</p>',
    "</main></body></html>",
  ].join("");
}

import { type Answer, ok } from "./answer.ts";
import { inboxPage } from "./inbox.ts";
import type { Asked, World } from "./world.ts";

/** What needs no secret: the app's public keys, and the inbox that Privy itself does not have. */
export function publicRoute(world: World, { method, path, query }: Asked): Answer | undefined {
  switch (`${method} ${path}`) {
    case `GET /api/v1/apps/${world.appId}/jwks.json`:
      return ok(world.key.jwks);
    case "GET /inbox":
      return { status: 200, type: "html", body: inboxPage(world.codes.mails()) };
    case "GET /inbox.json": {
      const email = query.get("email")?.toLowerCase();
      return ok(world.codes.mails().filter(({ to }) => email === undefined || to === email));
    }
  }
  return undefined;
}

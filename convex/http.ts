import { httpRouter } from "convex/server";
import { feed } from "./routes/calendar.ts";
import { clerkWebhook, privyWebhook } from "./routes/identityWebhooks.ts";
import { lumaKey } from "./routes/lumaKey.ts";
import { lumaWebhook } from "./routes/lumaWebhook.ts";

const http = httpRouter();

http.route({ pathPrefix: "/calendars/", method: "GET", handler: feed });
http.route({ path: "/luma-key", method: "POST", handler: lumaKey });
http.route({ pathPrefix: "/webhooks/luma/", method: "POST", handler: lumaWebhook });
http.route({ path: "/webhooks/privy", method: "POST", handler: privyWebhook });
http.route({ path: "/webhooks/clerk", method: "POST", handler: clerkWebhook });

export default http;

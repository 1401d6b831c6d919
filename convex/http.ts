import { httpRouter } from "convex/server";
import { feed, ownFeed } from "./routes/calendars.ts";
import { givenPage } from "./routes/page.ts";
import { clerkWebhook, privyWebhook, stripeWebhook } from "./routes/webhooks.ts";
import { finish, look, preflight } from "./routes/link.ts";
import { linkPage } from "./routes/linkPage.ts";
import { lumaKey, lumaWebhook } from "./routes/luma.ts";

const http = httpRouter();

http.route({ pathPrefix: "/calendars/", method: "GET", handler: feed });
http.route({ pathPrefix: "/calendars/mine/", method: "GET", handler: ownFeed });
http.route({ path: "/luma-key", method: "POST", handler: lumaKey });
http.route({ pathPrefix: "/webhooks/luma/", method: "POST", handler: lumaWebhook });
http.route({ path: "/webhooks/privy", method: "POST", handler: privyWebhook });
http.route({ path: "/webhooks/clerk", method: "POST", handler: clerkWebhook });
http.route({ path: "/webhooks/stripe", method: "POST", handler: stripeWebhook });
http.route({ path: "/given", method: "GET", handler: givenPage });
http.route({ path: "/given/not", method: "GET", handler: givenPage });
http.route({ path: "/link", method: "GET", handler: linkPage });
http.route({ path: "/link/look", method: "POST", handler: look });
http.route({ path: "/link/look", method: "OPTIONS", handler: preflight });
http.route({ path: "/link/finish", method: "POST", handler: finish });
http.route({ path: "/link/finish", method: "OPTIONS", handler: preflight });

export default http;

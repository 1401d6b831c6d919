import { locales, texts } from "../../shared/texts/index.ts";
import { httpAction } from "../_generated/server.js";
import { pageWith } from "./page.ts";

/**
 * `GET /given` and `GET /given/not`: where Stripe's payment page leads when a gift was paid, or was
 * not. It says so in every language, because nobody knows who reads it, and nothing else.
 */
export const givenPage = httpAction(async (_ctx, request) => {
  const key = new URL(request.url).pathname.endsWith("/not") ? "given.not" : "given.done";
  const said = locales.map((locale) => `<p lang="${locale}">${texts(locale)(key)}</p>`).join("\n");
  return await Promise.resolve(
    new Response(pageWith(`<h1>Plaza</h1>\n${said}`), {
      headers: {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy":
          "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
      },
    }),
  );
});

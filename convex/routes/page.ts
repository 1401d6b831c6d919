import { linkPageStyle } from "./linkPageAssets.ts";
import { locales, texts } from "../../shared/texts/index.ts";
import { httpAction } from "../_generated/server.js";

/** Wraps content (HTML, inserted as it is) into a page of Plaza; `script` is added after it. */
export function pageWith(content: string, script = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Plaza</title>
<style>${linkPageStyle}</style>
</head>
<body>
<main>
${content}
</main>
${script === "" ? "" : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** The decoded rest of a request's path after a prefix; empty where it cannot be decoded. */
export function pathAfter(prefix: string, request: Request): string {
  const written = new URL(request.url).pathname.slice(prefix.length);
  try {
    return decodeURIComponent(written);
  } catch {
    return "";
  }
}

/**
 * `GET /given` and `GET /given/not`: Stripe's payment page redirects here after a payment or a
 * cancellation. The text is in all languages, because the visitor is not identified.
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

import { linkPageStyle } from "./linkPageAssets.ts";
import { locales, texts } from "../../shared/texts/index.ts";
import { httpAction } from "../_generated/server.js";

/** A page of Plaza's own around its content, which is markup; `script` stands after it. */
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

/** What stands behind a prefix of a request's path, decoded; empty where it cannot be decoded. */
export function pathAfter(prefix: string, request: Request): string {
  const written = new URL(request.url).pathname.slice(prefix.length);
  try {
    return decodeURIComponent(written);
  } catch {
    return "";
  }
}

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

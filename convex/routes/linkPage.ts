import { refusalCodes } from "../../shared/refusals.ts";
import { type Locale, locales, type TextKey, texts } from "../../shared/texts/index.ts";
import { httpAction } from "../_generated/server.js";
import { privyApp } from "../external/environment.ts";
import { linkPageScript, linkPageStyle } from "./linkPageAssets.ts";
import { pageWith } from "./page.ts";

/**
 * `GET /link#<code>`: the page on which a person signs in with Privy, sees both identities and
 * confirms the link. It is one document without further resources, and its Content Security Policy
 * allows requests to Privy and this deployment only.
 */
export const linkPage = httpAction(async () => {
  const privy = privyApp();
  const known = {
    texts: forEach(wordsOf),
    refusals: forEach(refusalsOf),
    privy: privy && { appId: privy.appId, origin: privy.origin },
  };
  // Escaped, so that a text cannot close the script element.
  const json = JSON.stringify(known).replaceAll("<", String.raw`\u003c`);
  const script = `const page = ${json};\n${linkPageScript}`;
  const policy = [
    "default-src 'none'",
    `script-src '${await sourceHash(script)}'`,
    `style-src '${await sourceHash(linkPageStyle)}'`,
    `connect-src 'self'${privy ? ` ${privy.origin}` : ""}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return new Response(documentWith(script), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": policy.join("; "),
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
});

const words = [
  "title",
  "intro",
  "email",
  "send",
  "sent",
  "code",
  "sign-in",
  "again",
  "ask",
  "chat",
  "you",
  "careful",
  "yes",
  "no",
  "refused",
  "done",
  "wait",
  "no-code",
  "not-configured",
  "bad-email",
  "bad-code",
  "away",
  "oops",
] as const;

/** Placeholders that the page's script fills in. */
const blanks = { email: "{email}", name: "{name}" };

function wordsOf(locale: Locale): Record<string, string> {
  const t = texts(locale);
  return Object.fromEntries(
    words.map((word) => [word, t(`link.page.${word}` satisfies TextKey, blanks)]),
  );
}

function refusalsOf(locale: Locale): Record<string, string> {
  const t = texts(locale);
  return Object.fromEntries(refusalCodes.map((code) => [code, t(`refusal.${code}`)]));
}

function forEach<T>(make: (locale: Locale) => T): Record<string, T> {
  return Object.fromEntries(locales.map((locale) => [locale, make(locale)]));
}

async function sourceHash(source: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(source));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(bytes)))}`;
}

function documentWith(script: string): string {
  const noScript = locales.map((locale) => texts(locale)("link.page.script")).join(" ");
  const content = `<h1 data-text="title"></h1>
<p data-text="intro"></p>
<p id="say" role="status" aria-live="polite"></p>
<noscript><p>${noScript}</p></noscript>
<form id="step-email" hidden>
<label for="email" data-text="email"></label>
<input id="email" type="email" name="email" autocomplete="email" required maxlength="254">
<button data-text="send"></button>
</form>
<form id="step-code" hidden>
<label for="code" data-text="code"></label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required>
<button data-text="sign-in"></button>
<button id="again" class="quiet" type="button" data-text="again"></button>
</form>
<form id="step-ask" hidden>
<h2 tabindex="-1" data-text="ask"></h2>
<dl>
<dt data-text="chat"></dt><dd><bdi id="chat"></bdi></dd>
<dt data-text="you"></dt><dd><bdi id="you"></bdi></dd>
</dl>
<p data-text="careful"></p>
<button data-text="yes"></button>
<button id="no" class="quiet" type="button" data-text="no"></button>
</form>`;
  return pageWith(content, script);
}

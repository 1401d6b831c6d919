/** The style of Plaza's pages: for phones first, with a light and a dark color scheme. */
export const linkPageStyle = `
:root { color-scheme: light dark; --ink: #1c1c22; --paper: #fff; --line: #767680; --go: #1a5fd0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --paper: #16161a; --line: #8a8a96; --go: #8ab4f8; --bad: #f2b8b5; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 27rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.5rem; text-wrap: balance; }
h2 { font-size: 1.125rem; margin: 0 0 0.75rem; outline: none; }
p { margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin-bottom: 0.25rem; }
input, button { width: 100%; min-height: 3rem; font: inherit; border-radius: 0.5rem; padding: 0.5rem 0.75rem; }
input { color: inherit; background: transparent; border: 1px solid var(--line); margin-bottom: 0.75rem; }
button { border: 1px solid var(--go); background: var(--go); color: var(--paper); font-weight: 600; margin-bottom: 0.5rem; cursor: pointer; }
button.quiet { background: transparent; color: var(--go); }
button:disabled { opacity: 0.6; cursor: default; }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
dl { margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; }
dt { font-size: 0.875rem; }
dd { margin: 0 0 0.5rem; font-weight: 600; overflow-wrap: anywhere; }
dd:last-child { margin-bottom: 0; }
#say.bad { color: var(--bad); }
#say:empty { display: none; }
[hidden] { display: none; }
`;

/**
 * The browser script of the page for linking accounts, as text because no build step compiles it.
 * It expects `page` ({texts, refusals, privy}) to be defined before it. The code stays in the
 * fragment of the address, which browsers do not send.
 */
export const linkPageScript = String.raw`
(() => {
  "use strict";
  const language = (navigator.language || "en").toLowerCase().startsWith("es") ? "es" : "en";
  const words = page.texts[language];
  const code = location.hash.slice(1);
  const find = (id) => document.getElementById(id);
  const steps = ["step-email", "step-code", "step-ask"];
  let email = "";
  let token = "";

  document.documentElement.lang = language;
  document.title = words.title;
  for (const place of document.querySelectorAll("[data-text]"))
    place.textContent = words[place.dataset.text];

  /** Shows one step, or none, and says something above it. */
  function show(step, said, isBad) {
    for (const id of steps) find(id).hidden = id !== step;
    find("say").textContent = said || "";
    find("say").className = isBad ? "bad" : "";
    const first = step && find(step).querySelector("input, h2");
    if (first) first.focus();
  }

  /** Asks somebody; null where nobody answered. */
  async function ask(url, body, headers) {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      return { ok: response.ok, status: response.status, said: await response.json() };
    } catch {
      return null;
    }
  }

  async function askPrivy(path, body) {
    const url = page.privy.origin + "/api/v1/passwordless/" + path;
    return await ask(url, body, { "privy-app-id": page.privy.appId });
  }

  async function askPlaza(path) {
    return await ask("/link/" + path, { code }, { Authorization: "Bearer " + token });
  }

  /** What to say of an answer of Plaza's that is none. */
  function why(answer) {
    if (!answer) return words.oops;
    return page.refusals[language][answer.said && answer.said.refusal] || words.oops;
  }

  /** Runs a step when its form is sent, with its buttons off meanwhile. */
  function onSend(id, run) {
    find(id).addEventListener("submit", async (event) => {
      event.preventDefault();
      const buttons = find(id).querySelectorAll("button");
      for (const button of buttons) button.disabled = true;
      find("say").className = "";
      find("say").textContent = words.wait;
      await run().finally(() => {
        for (const button of buttons) button.disabled = false;
      });
    });
  }

  onSend("step-email", async () => {
    email = find("email").value.trim();
    const answer = await askPrivy("init", { email });
    if (!answer || answer.status >= 500) return show("step-email", words.away, true);
    if (!answer.ok) return show("step-email", words["bad-email"], true);
    find("code").value = "";
    show("step-code", words.sent.replace("{email}", email));
  });

  onSend("step-code", async () => {
    const typed = find("code").value.trim();
    const answer = await askPrivy("authenticate", { email, code: typed });
    if (!answer || answer.status >= 500) return show("step-code", words.away, true);
    token = (answer.ok && answer.said.token) || "";
    if (!token) return show("step-code", words["bad-code"], true);
    const seen = await askPlaza("look");
    if (!seen || !seen.ok) return show(null, why(seen), true);
    const { chat, you } = seen.said;
    find("chat").textContent = nameOf(chat);
    find("you").textContent = you;
    show("step-ask", "");
  });

  onSend("step-ask", async () => {
    const answer = await askPlaza("finish");
    if (!answer || !answer.ok) return show(null, why(answer), true);
    show(null, words.done.replace("{name}", answer.said.name));
  });

  function nameOf(chat) {
    const platform = chat.platform === "telegram" ? "Telegram" : "Discord";
    return platform + " · " + chat.name + (chat.handle ? " (@" + chat.handle + ")" : "");
  }

  find("again").addEventListener("click", () => show("step-email", ""));
  find("no").addEventListener("click", () => show(null, words.refused));

  if (!page.privy) show(null, words["not-configured"], true);
  else if (!code) show(null, words["no-code"], true);
  else show("step-email", "");
})();
`;

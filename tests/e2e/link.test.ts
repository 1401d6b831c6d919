import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const executablePath = "/usr/bin/chromium";
const hasBrowser = existsSync(executablePath);
if (!hasBrowser)
  console.warn(`skipped: linking in a browser needs Debian's chromium (${executablePath})`);

describe.skipIf(!hasBrowser)("linking by code, on the page in a real browser", () => {
  const plaza = useSandbox();
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => await browser?.close());

  const say = async (as: string, text: string, place = "dm") =>
    answerOf(await plaza.act({ platform: "telegram", as, in: place, do: "say", text }));

  /** The page behind a code, on a phone; what it asks for and complains about is watched. */
  async function open(address: string, locale = "en-US"): Promise<Page> {
    const phone = { viewport: { width: 360, height: 740 }, locale };
    const page = await (await browser.newContext(phone)).newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) problems.push(message.text());
    });
    page.on("request", (request) => {
      const { origin } = new URL(request.url());
      if (![plaza.sandbox.convex.siteUrl, plaza.sandbox.privy.url].includes(origin))
        problems.push(`asked for ${request.url()}`);
    });
    await page.goto(address);
    return page;
  }

  async function signIn(page: Page, email: string, label = "Your email") {
    await page.getByLabel(label).fill(email);
    await page.locator("#step-email button").click();
    await page.locator("#code").waitFor();
    const mail = plaza.sandbox.privy.mails().find(({ to }) => to === email);
    await page.locator("#code").fill(mail?.code ?? "");
    await page.locator("#step-code button").first().click();
  }

  /** Asks for a code; where its page is, and the code. */
  async function ask(as: string) {
    const text = wordsOf(await say(as, "/link"));
    const address = /http\S+#[\w-]+/.exec(text)?.[0] ?? "";
    const code = /\/start ([\w-]+)/.exec(text)?.[1] ?? "";
    expect(address.endsWith(`#${code}`)).toBe(true);
    return { address, code };
  }

  const said = (page: Page) => page.getByRole("status");

  test("both identities are shown, a yes links them, and the code is used up", async () => {
    const { address, code } = await ask("leo");
    const page = await open(address);
    await signIn(page, "leo@example.com");
    await page.getByText("Do these two belong to you?").waitFor();
    expect(await page.locator("#chat").textContent()).toContain("Telegram · Leo");
    expect(await page.locator("#you").textContent()).toBe("l…@example.com");
    await page.getByRole("button", { name: "Yes, both are mine" }).click();
    await until(async () =>
      (await said(page).textContent())?.includes("You can go back to the chat"),
    );
    expect(wordsOf(await say("leo", "/link"))).toContain("l…@example.com");
    expect(wordsOf(await say("leo", `/start ${code}`))).toContain("used already");

    const again = await open(address, "es-MX");
    await signIn(again, "leo@example.com", "Tu correo");
    await until(async () => (await said(again).textContent())?.includes("ya se ha usado"));
    expect(await again.locator("#step-ask").isVisible()).toBe(false);
  });

  test("or the chat says yes, once somebody has signed in", async () => {
    await plaza.control({
      do: "privy",
      unlink: { user: "did:privy:mia", account: { type: "telegram", telegram_user_id: "1003" } },
    });
    const { address, code } = await ask("mia");
    expect(wordsOf(await say("mia", `/start ${code}`))).toContain("Nobody has signed in");
    const page = await open(address);
    await signIn(page, "mia@example.com");
    await page.getByText("Do these two belong to you?").waitFor();
    const question = await say("mia", `/start ${code}`);
    expect(wordsOf(question)).toContain("m…@example.com");
    expect(labelsOf(question)).toEqual(["Yes, link"]);
    const { id: message } = question;
    const where = { platform: "telegram", as: "mia", in: "dm" };
    const click = { ...where, do: "click", message, button: "Yes, link" };
    expect(wordsOf(answerOf(await plaza.act(click)))).toContain("m…@example.com");
  });

  test("a wrong code of the mail, a no, an invented code, a group: each gets its sentence", async () => {
    const { address, code } = await ask("ana").catch(() => ({ address: "", code: "" }));
    // Privy knows Ana's chat: she needs no code.
    expect([address, code]).toEqual(["", ""]);
    expect(wordsOf(await say("ana", `/start ${"A".repeat(24)}`))).toContain(
      "No conozco este código",
    );
    expect(wordsOf(await say("ana", "/link", "group"))).toContain("/link");
    const inGroup = await say("ana", `/start ${"A".repeat(24)}`, "group");
    expect(wordsOf(inGroup)).toContain("privado");

    const site = plaza.sandbox.convex.siteUrl;
    const bare = await open(`${site}/link`);
    expect(await said(bare).textContent()).toContain("the link that the bot gives you");
    const page = await open(`${site}/link#${"A".repeat(24)}`);
    await page.getByLabel("Your email").fill("leo@example.com");
    await page.locator("#step-email button").click();
    await page.locator("#code").fill("000000");
    await page.locator("#step-code button").first().click();
    await until(async () => (await said(page).textContent())?.includes("not right"));
    await page.getByRole("button", { name: "Another email" }).click();
    await signIn(page, "leo@example.com");
    await until(async () => (await said(page).textContent())?.includes("I do not know this code"));
  });

  test("nothing was asked for elsewhere, and the page's own policy had nothing to stop", () => {
    expect(problems).toEqual([]);
  });

  test("the page may not be framed, cached or told where one came from", async () => {
    const { headers } = await fetch(`${plaza.sandbox.convex.siteUrl}/link`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain(`connect-src 'self' ${plaza.sandbox.privy.url}`);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

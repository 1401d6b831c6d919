import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useSandbox } from "../support/sandbox/sandbox.ts";

const executablePath = "/usr/bin/chromium";
const hasBrowser = existsSync(executablePath);
if (!hasBrowser)
  console.warn(`skipped: the page in a browser needs Debian's chromium (${executablePath})`);

describe.skipIf(!hasBrowser)("the page, in a real browser", () => {
  const plaza = useSandbox();
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath, args });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(plaza.url) && !request.url().startsWith("data:"))
        problems.push(`asked for ${request.url()}`);
    });
    await page.goto(plaza.url);
  });
  afterAll(async () => await browser?.close());

  test("a conversation with buttons on the Telegram side", async () => {
    const telegram = page.getByRole("region", { name: "Telegram" });
    await telegram.getByRole("textbox", { name: "Message" }).fill("/events");
    await telegram.getByRole("textbox", { name: "Message" }).press("Enter");
    await telegram.getByRole("button", { name: "Demo day" }).first().click();
    await telegram.getByText("87 de 120 inscripciones").waitFor();
    await telegram.getByRole("button", { name: "Todos los eventos" }).click();
    const later = telegram.getByRole("button", { name: "Después" });
    await later.waitFor();
    expect(await later.count()).toBe(1);
  });

  test("a conversation with buttons on the Discord side", async () => {
    const discord = page.getByRole("region", { name: "Discord" });
    await discord.getByRole("button", { name: "/events" }).click();
    await discord.getByRole("button", { name: "Vibe coding night" }).click();
    await discord.getByText("41 personas inscritas").waitFor();
    await discord.getByRole("button", { name: "Todos los eventos" }).click();
    const later = discord.getByRole("button", { name: "Después" });
    await later.waitFor();
    expect(await later.count()).toBe(1);
  });

  test("the control panel shows the calendar and the crons", async () => {
    await page.getByRole("button", { name: "Control panel" }).click();
    const controlPanel = page.getByRole("complementary", { name: "Control panel" });
    await controlPanel.getByText("Demo day").waitFor();
    expect(await controlPanel.getByText("sync-luma-events").count()).toBeGreaterThan(0);
  });

  test("the control panel pays what somebody gives, and lets their card fail", async () => {
    await plaza.act({ platform: "telegram", as: "ana", in: "dm", do: "say", text: "/give 5" });
    const controlPanel = page.getByRole("complementary", { name: "Control panel" });
    await controlPanel.getByRole("heading", { name: "Giving" }).click();
    await controlPanel.getByRole("button", { name: "Pay" }).click();
    await controlPanel.getByText("ana · $5.00 each week").waitFor();
    await controlPanel.getByText("$5.00 paid in all").waitFor();
    await controlPanel.getByRole("button", { name: "Decline" }).click();
    await controlPanel.getByText("the card is declined").waitFor();
    expect(await controlPanel.getByRole("button", { name: "Mend" }).count()).toBe(1);
  });

  test("works on a phone, a platform at a time", async () => {
    await page.getByRole("button", { name: "Close control panel" }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("tab", { name: "Discord" }).click();
    const scrolls = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    expect(scrolls).toBe(false);
  });

  test("asks nobody else for anything and logs no error", () => {
    expect(problems).toEqual([]);
  });
});

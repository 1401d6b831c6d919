import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDiscordSender } from "../../bots/discord/send.ts";
import { createLog } from "../../bots/log.ts";
import { createTelegramSender } from "../../bots/telegram/send.ts";
import { distribution } from "../support/bots/leasedDeliveries.ts";
import { useSandbox } from "../support/sandbox/sandbox.ts";

// A message with a picture, as a script and as somebody at the page sees it.

const plaza = useSandbox();
const log = createLog("silent");
const platforms = ["telegram", "discord"] as const;

beforeAll(async () => {
  const { telegram, discord } = plaza.sandbox;
  const senders = {
    telegram: createTelegramSender(telegram.token, telegram.url, log),
    discord: createDiscordSender(discord.token, discord.url, log),
  };
  for (const platform of platforms) {
    const place = plaza.sandbox[platform].places().find(({ key }) => key === "announcements");
    const leased = distribution(12, { chatId: place?.id ?? "" });
    const outcome = await senders[platform].send(leased);
    if (outcome.kind !== "sent") throw new Error(`${platform}: ${outcome.kind}`);
  }
});

test.each(platforms)(
  "a script sees the picture of %s, its words, and its bytes",
  async (platform) => {
    const messages = await plaza.transcript(platform, "announcements", "ana");
    const { picture } = messages.at(-1) ?? {};
    expect(picture?.alt).toContain("Charity 1");
    const response = await fetch(new URL(picture?.url ?? "", plaza.url));
    expect(response.headers.get("content-type")).toBe("image/png");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString("latin1", 1, 4)).toBe("PNG");
  },
);

const executablePath = "/usr/bin/chromium";

describe.skipIf(!existsSync(executablePath))("the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => await browser?.close());

  test.each([
    ["Telegram", "Plaza news"],
    ["Discord", "announcements"],
  ])("shows it whole, with its words, on the side of %s", async (name, place) => {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 1000 },
      locale: "en-US",
    });
    await page.goto(plaza.url);
    const side = page.getByRole("region", { name });
    await side.getByRole("button", { name: place }).click();
    const image = side.getByRole("img", { name: /Charity 1 / });
    await image.scrollIntoViewIfNeeded();
    await page.waitForFunction(() =>
      [...document.images].some(({ alt, naturalWidth }) => alt !== "" && naturalWidth > 0),
    );
    const shape = await image.evaluate((one: HTMLImageElement) => ({
      shown: one.clientWidth / one.clientHeight,
      whole: one.naturalWidth / one.naturalHeight,
    }));
    expect(shape.shown).toBeCloseTo(shape.whole, 1);
    await page.close();
  });
});

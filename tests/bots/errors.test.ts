import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { GrammyError, HttpError } from "grammy";
import { describe, expect, test } from "vitest";
import { DiscordPaused } from "../../bots/discord/gate.ts";
import { outcomeOf as discordOutcome } from "../../bots/discord/outcome.ts";
import { nonceOf } from "../../bots/discord/send.ts";
import { outcomeOf as telegramOutcome } from "../../bots/telegram/errors.ts";
import { errorKind } from "../../bots/log.ts";

const telegram = (error_code: number, description: string, parameters = {}) =>
  telegramOutcome(
    new GrammyError(
      "failed",
      { ok: false, error_code, description, parameters },
      "sendMessage",
      {},
    ),
  );

describe("what Telegram's no means", () => {
  test.each([
    [429, "Too Many Requests", { retry_after: 7 }, { kind: "later", retryAfterMs: 7000 }],
    [502, "Bad Gateway", {}, { kind: "ambiguous" }],
    [
      400,
      "Bad Request: group chat was upgraded",
      { migrate_to_chat_id: -1005 },
      { kind: "migrated", chatId: "-1005" },
    ],
    [403, "Forbidden: bot was blocked by the user", {}, { kind: "channel-gone" }],
    [400, "Bad Request: chat not found", {}, { kind: "channel-gone" }],
    [400, "Bad Request: message to edit not found", {}, { kind: "message-gone" }],
    [400, "Bad Request: message is too long", {}, { kind: "refused" }],
  ])("%i %s", (code, description, parameters, expected) => {
    expect(telegram(code, description, parameters)).toMatchObject(expected);
  });

  test("no answer at all is ambiguousAttempts, not failed", () => {
    expect(telegramOutcome(new HttpError("network", new Error("reset")))).toMatchObject({
      kind: "ambiguous",
    });
  });
});

const discord = (status: number, code: number) =>
  discordOutcome(
    new DiscordAPIError({ code, message: "no" }, code, status, "POST", "https://discord.com/x", {}),
  );

describe("what Discord's no means", () => {
  test.each([
    [404, 10003, "channel-gone"],
    [403, 50001, "channel-gone"],
    [403, 50013, "channel-gone"],
    [403, 50007, "channel-gone"],
    [403, 50278, "channel-gone"],
    [404, 10013, "channel-gone"],
    [400, 50033, "channel-gone"],
    [400, 160_005, "channel-gone"],
    [400, 50083, "message-gone"],
    [429, 30046, "later"],
    [401, 0, "later"],
    [404, 10008, "message-gone"],
    [400, 50035, "refused"],
  ])("%i %i is %s", (status, code, kind) => {
    expect(discord(status, code).kind).toBe(kind);
  });

  test("a limit waits, a 5xx and a broken connection are ambiguousAttempts", () => {
    const limit = new RateLimitError({ retryAfter: 1500 } as ConstructorParameters<
      typeof RateLimitError
    >[0]);
    expect(discordOutcome(limit)).toEqual({ kind: "later", retryAfterMs: 1500 });
    const failed = new HTTPError(502, "Bad Gateway", "POST", "https://discord.com/x", {});
    expect(discordOutcome(failed).kind).toBe("ambiguous");
    expect(discordOutcome(new Error("socket hang up")).kind).toBe("ambiguous");
  });

  test("a refused token and a blocked address wait with everything; nothing becomes a dead letter", () => {
    const unauthorized = new DiscordAPIError({ code: 0, message: "401" }, 0, 401, "POST", "", {});
    for (const error of [unauthorized, new DiscordPaused(30_000)])
      expect(discordOutcome(error)).toMatchObject({ kind: "later", isForAll: true });
  });

  test("a nonce is the same for the same delivery, another for any other, and short enough", () => {
    expect(nonceOf("a|b|message")).toBe(nonceOf("a|b|message"));
    expect(nonceOf("a|b|message")).not.toBe(nonceOf("a|c|message"));
    expect(nonceOf("a").length).toBeLessThanOrEqual(25);
  });
});

test("what is logged of an error holds no token, even where its text does", () => {
  const token = "123456:SECRET";
  const error = new HttpError(`request to /bot${token}/sendMessage failed`, new Error(token));
  expect(JSON.stringify(errorKind(error))).not.toContain("SECRET");
});

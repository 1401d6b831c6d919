import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createLog, errorKind, withoutIds } from "../../bots/log.ts";
import { noteFailure } from "../../bots/telegram/answers.ts";
import { GrammyError } from "grammy";

// A log line holds no ids of people, no texts of theirs and no secrets.

/** The calls that log, each as its file and the text between its parentheses. */
function logCalls(): { path: string; given: string }[] {
  const calls = [];
  for (const folder of ["bots", "convex", "shared"])
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".ts") || /^(?:sandbox|_generated)/.test(path)) continue;
      const text = readFileSync(join(folder, path), "utf8");
      const starts = text.matchAll(
        /(?:console\.\w+|\blog\.(?:trace|debug|info|warn|error|fatal)|\blog\[[^\]]*\])\(/g,
      );
      for (const { 0: start, index } of starts)
        calls.push({ path: join(folder, path), given: inParentheses(text, index + start.length) });
    }
  return calls;
}

function inParentheses(text: string, from: number): string {
  let open = 1;
  let at = from;
  for (; open > 0 && at < text.length; at++) {
    if (text[at] === "(") open++;
    if (text[at] === ")") open--;
  }
  return text.slice(from, at - 1);
}

const personal =
  /\b(?:\w*(?:user|chat|person|member|account|customer|payment|invoice|guild|thread|message)Ids?|userName|username|handle|email|token|secret|text|body|url|message|stack|description|payload|ctx|interaction|update|outcome|error)\b/;
/** What may stand in a log call although it looks like that. */
const allowed = [
  // The bot's own name.
  /username: (?:client\.user\?|bot\.botInfo)\.username/g,
  /picture: message\.picture\.kind/g,
  // These give kinds and codes, or take ids out.
  /(?:errorKind|reasonOf|withoutIds)\([^()]*\)/g,
  // Our own fixed sentences.
  /(?:feed|found)\.error/g,
  /outcome\.kind/g,
];

test("no log call is given what can name a person", () => {
  const calls = logCalls();
  expect(calls.length).toBeGreaterThan(25);
  const wrong = calls.filter(({ given }) => {
    const withoutSentences = given.replaceAll(/"[^"]*"/g, "").replaceAll(/`[^`$]*`/g, "");
    const inTemplates = withoutSentences.replaceAll(/`[^`]*`/g, (template) =>
      [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, value]) => value).join(" "),
    );
    return personal.test(allowed.reduce((rest, one) => rest.replaceAll(one, ""), inTemplates));
  });
  expect(wrong).toEqual([]);
});

describe("a platform's explanation is logged without", () => {
  test.each([
    ["an address", "Bad Request: URL https://plaza.example/link#secret-of-ana is invalid", "ana"],
    ["a deep link", "Bad Request: button tg://user?id=7654321 is refused", "7654321"],
    ["a quoted text", 'Bad Request: can\'t parse "hi, I am Ana"', "Ana"],
    ["another quoted text", "Bad Request: can not parse 'hi, I am Ana'", "Ana"],
    ["a user name", "Bad Request: user @ana_maria not found", "ana_maria"],
    ["an address of mail", "Invalid recipient ana@example.org", "ana@"],
    ["the id of a person", "Forbidden: user 987654321 has blocked the bot", "987654321"],
    ["the id of a group", "Bad Request: chat -1001234567890 is gone", "1001234567890"],
    ["a Discord id", "Unknown Member 112233445566778899", "112233445566778899"],
    ["a bot's token", "Unauthorized: 123456789:AAFakeTokenFakeToken", "123456789"],
  ])("%s", (_what, said, mark) => {
    const left = withoutIds(said);
    expect(left).not.toContain(mark);
    expect(left).toContain("…");
  });

  test("and keeps what it says", () => {
    for (const said of [
      "Forbidden: bot was blocked by the user",
      "Discord 50013: Missing Permissions",
    ])
      expect(withoutIds(said)).toBe(said);
  });
});

test("a failed answer and an error are logged by kind and code", () => {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  const refusal = {
    ok: false as const,
    error_code: 400,
    description: "Bad Request: URL 'https://a.example/t0ken' of chat -1009876543210 is invalid",
  };
  noteFailure(new GrammyError("failed", refusal, "sendMessage", { chat_id: 555666777 }), log);
  log.warn(errorKind(new TypeError("fetch https://b.example/bot123:t0ken failed")), "away");
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toMatch(/t0ken|9876543210|555666777/);
  expect(lines[0]).toContain('"code":400');
});

import { expect, test } from "vitest";
import { answerOf, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const plaza = useSandbox();

test("when Convex is away, people on both platforms get a sentence, and answers come back by themselves", async () => {
  const telegram = { platform: "telegram", in: "dm", do: "say", text: "/settings" };
  const discord = { platform: "discord", in: "dm", do: "command", name: "settings" };
  expect(answerOf(await plaza.act({ ...telegram, as: "ana" })).text).toContain("Tus ajustes");
  plaza.sandbox.convex.process.child.kill("SIGSTOP");
  // Nothing is refused, nothing answers: the worst kind of away.
  const waiting = [
    plaza.sandbox.telegram.act({ as: "mia", in: "dm", do: "say", text: "/settings" }, 20_000),
    plaza.sandbox.discord.act({ as: "mia", in: "dm", do: "command", name: "settings" }, 20_000),
  ];
  for (const answer of await Promise.all(waiting))
    expect(wordsOf(answerOf(answer))).toContain("I cannot reach my memory right now");
  plaza.sandbox.convex.process.child.kill("SIGCONT");
  expect(answerOf(await plaza.act({ ...telegram, as: "mia" })).text).toContain("Your settings");
  expect(wordsOf(answerOf(await plaza.act({ ...discord, as: "mia" })))).toContain("Your settings");
});

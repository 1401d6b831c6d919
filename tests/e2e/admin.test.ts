import { describe, expect, test } from "vitest";
import { SANDBOX_API_KEY } from "../../bots/sandbox/services/luma/index.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const plaza = useSandbox();
const say = async (text: string, place = "dm", as = "leo") =>
  await plaza.act({ platform: "telegram", as, in: place, do: "say", text });
const command = async (name: string, options = {}, place = "dm", as = "leo") =>
  await plaza.act({ platform: "discord", as, in: place, do: "command", name, options });

describe("/org", () => {
  test("adds, shows and changes an organization from either chat", async () => {
    const added = answerOf(await say("/org add Frutero Club zone=America/Mexico_City city=Puebla"));
    expect(added.text).toContain("Frutero Club is added");
    const shown = answerOf(await command("org", { action: "show", org: "frutero" }));
    expect(wordsOf(shown)).toContain("Puebla");
    const changed = answerOf(
      await command("org", { action: "change", org: "frutero", zone: "Europe/Madrid" }),
    );
    expect(wordsOf(changed)).toContain("Europe/Madrid");
  });

  test("refuses a zone and a calendar that are none, in a sentence", async () => {
    expect(answerOf(await say("/org change frutero zone=Mars/Olympus")).text).toContain(
      "I do not know “Mars/Olympus”",
    );
    expect(answerOf(await say("/org change frutero luma=https://evil.example/x")).text).toContain(
      "This is not a Luma calendar",
    );
    expect(answerOf(await say("/org show nobody-knows")).text).toContain("I know no organization");
  });

  test("takes a Luma key only in private, deletes the message, and never shows it again", async () => {
    const secret = SANDBOX_API_KEY;
    const refused = answerOf(await say(`/org key plaza key=${secret}`, "group"));
    expect(refused.text).toContain("A key is a secret");
    const stored = answerOf(await say(`/org key plaza key=${secret}`));
    expect(stored.text).toContain("stored, sealed");
    const seen = await plaza.transcript("telegram", "dm", "leo");
    expect(JSON.stringify(seen.filter((message) => !message.deleted))).not.toContain(secret);
    const shown = answerOf(await say("/org show plaza"));
    expect(shown.text).toContain("Luma key: stored, sealed");
    expect(shown.text).not.toContain(secret);
    // The key is used from now on: the official API is the best source.
    expect(answerOf(await say("/sync plaza")).text).toContain("events read");
    const paths = plaza.sandbox.luma.requests().map((request) => request.path);
    expect(paths.some((path) => path.includes("public-api.luma.com"))).toBe(true);
  });

  test("asks for the key in a dialog on Discord", async () => {
    const opened = await command("org", { action: "key", org: "plaza" });
    expect(opened).toMatchObject({ ok: true, modal: { fields: [{ id: "key" }] } });
    const modal = "modal" in opened ? (opened.modal?.id ?? "") : "";
    const saved = answerOf(
      await plaza.act({
        platform: "discord",
        as: "leo",
        in: "dm",
        do: "submit",
        modal,
        fields: { key: SANDBOX_API_KEY },
      }),
    );
    expect(wordsOf(saved)).toContain("stored, sealed");
    expect(saved.ephemeral).toBe(true);
  });
});

describe("/channel", () => {
  test("subscribes a chat, shows what it wants, changes one thing, and stops", async () => {
    const off = answerOf(await say("/channel", "group"));
    expect(off.text).toContain("told nothing");
    const on = answerOf(
      await say("/channel new cancelled reminders=day,hour language=es", "group"),
    );
    expect(on.text).toContain("new events, cancellations");
    expect(on.text).toContain("Español");
    const agenda = answerOf(await say("/channel agenda=lunes 9", "group"));
    expect(agenda.text).toContain("every Monday at 09:00");
    expect(agenda.text).toContain("new events, cancellations");
    expect(answerOf(await say("/channel off", "group")).text).toContain("post nothing here");
  });

  test("answers people in the chat's language where neither they nor the platform say one", async () => {
    await command("channel", { kinds: "all", language: "es" }, "group");
    // Discord always says a language; the chat's counts for what is posted to everybody.
    await plaza.control({
      do: "calendar",
      put: {
        slug: "luna",
        title: "Luna llena",
        start: new Date(plaza.sandbox.clock().now + 3e8).toISOString(),
      },
    });
    await say("/sync plaza");
    const posted = await until(async () =>
      (await plaza.transcript("discord", "group", "ana")).find((message) =>
        wordsOf(message).includes("Luna llena"),
      ),
    );
    expect(wordsOf(posted)).toContain("Evento nuevo");
  });

  test("cannot know who writes in a Telegram channel, and says how to do it in private", async () => {
    const hint = answerOf(await say("/channel all", "announcements"));
    const line = /\/channel .*chat=\S+/.exec(hint.text)?.[0] ?? "";
    expect(answerOf(await say(line)).text).toContain("Saved");
  });

  test("explains a word that it does not understand", async () => {
    expect(answerOf(await say("/channel everything-and-more", "group")).text).toContain(
      "I do not understand “everything-and-more”",
    );
  });
});

describe("/settings", () => {
  test("changes the language at once, by a button or by words, and keeps it", async () => {
    const shown = answerOf(await say("/settings", "dm", "mia"));
    const pressed = answerOf(
      await plaza.act({
        platform: "telegram",
        as: "mia",
        in: "dm",
        do: "click",
        message: shown.id,
        button: "Español",
      }),
    );
    expect(pressed.text).toContain("Tus ajustes");
    expect(answerOf(await say("/events", "dm", "mia")).text).toContain("Qué hay");
    await say("/settings auto", "dm", "mia");
    expect(answerOf(await say("/events", "dm", "mia")).text).toContain("What is on");
  });
});

describe("/deliveries", () => {
  test("switches off a chat that threw the bot out, and says why", async () => {
    await command("channel", { kinds: "all" }, "group");
    await plaza.act({ platform: "discord", as: "leo", in: "group", do: "removeBot" });
    await plaza.control({
      do: "calendar",
      put: {
        slug: "eclipse",
        title: "Eclipse",
        start: new Date(plaza.sandbox.clock().now + 4e8).toISOString(),
      },
    });
    await say("/sync plaza");
    await until(async () => plaza.sandbox.discord.requests().some(({ status }) => status === 403));
    await plaza.act({ platform: "discord", as: "leo", in: "group", do: "addBot" });
    const shown = await until(async () => {
      const answer = answerOf(await command("channel", {}, "group"));
      return wordsOf(answer).includes("switched off") ? answer : undefined;
    });
    expect(wordsOf(shown)).toContain("50001");
  });

  test("follows a Telegram group that became a supergroup", async () => {
    plaza.sandbox.telegram.addPlace({
      key: "old-group",
      title: "Old group",
      kind: "group",
      id: "-500",
    });
    await plaza.act({ platform: "telegram", as: "leo", in: "old-group", do: "addBot" });
    expect(answerOf(await say("/channel all", "old-group")).text).toContain("Saved");
    plaza.sandbox.telegram.migrate("old-group");
    await plaza.control({
      do: "calendar",
      put: {
        slug: "comet",
        title: "Comet",
        start: new Date(plaza.sandbox.clock().now + 5e8).toISOString(),
      },
    });
    await say("/sync plaza");
    await until(async () =>
      (await plaza.transcript("telegram", "old-group", "leo")).some((message) =>
        message.text.includes("New event: Comet"),
      ),
    );
  });

  test("lists nothing where everything arrived", async () => {
    // A message is seen a moment before the ledger knows that it arrived.
    const answer = await until(async () => {
      const shown = answerOf(await say("/deliveries"));
      return shown.text.includes("Every message has arrived") ? shown : undefined;
    });
    expect(labelsOf(answer)).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { answerOf, labelsOf, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const plaza = useSandbox();
const say = async (text: string, as = "ana", place = "dm") =>
  await plaza.act({ platform: "telegram", as, in: place, do: "say", text });
const command = async (name: string, options = {}, as = "ana", place = "dm") =>
  await plaza.act({ platform: "discord", as, in: place, do: "command", name, options });

describe("/events", () => {
  test("answers the same events on both platforms, in the reader's language", async () => {
    const telegram = answerOf(await say("/events"));
    const discord = answerOf(await command("events"));
    expect(telegram.text).toContain("Qué hay");
    expect(wordsOf(discord)).toContain("Qué hay");
    for (const title of ["Sunrise hike to the crater", "Vibe coding night", "Demo day"]) {
      expect(telegram.text).toContain(title);
      expect(wordsOf(discord)).toContain(title);
    }
    expect(telegram.text).not.toContain("Mercado");
  });

  test("shows times in the reader's zone on Telegram, and as Discord's own times there", async () => {
    const [hike] = plaza.sandbox.luma.events();
    const before = answerOf(await say("/events", "leo"));
    // 13:00 UTC is 7 in Mexico City, where the organization is, and 22 in Tokyo; neither has summer time.
    expect(before.text).toContain("7:00 AM");
    await say("/settings timezone=Asia/Tokyo", "leo");
    const after = answerOf(await say("/events", "leo"));
    expect(after.text).toContain("10:00 PM");
    expect(after.text).toContain("(Tokyo)");
    const unix = (hike?.startMs ?? 0) / 1000;
    expect(wordsOf(answerOf(await command("events")))).toContain(`<t:${unix}:F>`);
    await say("/settings timezone=auto", "leo");
  });

  test("understands words for time in both languages", async () => {
    for (const words of ["/events semana", "/events this week"])
      expect(answerOf(await say(words)).text).toContain("Qué hay esta semana");
    expect(answerOf(await say("/events mañana")).text).toMatch(/mañana/);
    expect(answerOf(await say("/events xyzzy")).text).toContain("No conozco «xyzzy»");
    expect(wordsOf(answerOf(await command("events", { when: "week" })))).toContain("esta semana");
  });

  test("pages forward and back by its buttons, changing the same message", async () => {
    const first = answerOf(await say("/events", "mia"));
    expect(labelsOf(first)).toContain("Later");
    const press = async (button: string) =>
      answerOf(
        await plaza.act({
          platform: "telegram",
          as: "mia",
          in: "dm",
          do: "click",
          message: first.id,
          button,
        }),
      );
    const second = await press("Later");
    expect(second.id).toBe(first.id);
    expect(second.text).toContain("Mercado walk & lunch");
    expect(second.text).not.toContain("Demo day");
    const back = await press("Earlier");
    expect(back.text).toBe(first.text);
  });

  test("pages on Discord too", async () => {
    const first = answerOf(await command("events", {}, "mia"));
    const second = answerOf(
      await plaza.act({
        platform: "discord",
        as: "mia",
        in: "dm",
        do: "click",
        message: first.id,
        button: "Later",
      }),
    );
    expect(second.id).toBe(first.id);
    expect(wordsOf(second)).toContain("Mercado walk");
  });
});

describe("/event", () => {
  test("forgives slips and accents on Telegram and shows the event in full", async () => {
    const found = answerOf(await say("/event vibe codng nite", "mia"));
    expect(found.text).toContain("Vibe coding night");
    expect(found.text).toContain("Casa Naranja");
    expect(found.text).toContain("Mia Fischer, Ana Torres");
    expect(found.text).toContain("41 are registered");
    expect(labelsOf(found)).toEqual(expect.arrayContaining(["Calendar file", "Open in Luma"]));
  });

  test("completes titles on Discord and opens what was chosen", async () => {
    const act = { platform: "discord", as: "ana", in: "dm" };
    const typed = await plaza.act({
      ...act,
      do: "autocomplete",
      name: "event",
      option: "name",
      value: "hik",
    });
    const choices = "choices" in typed ? (typed.choices ?? []) : [];
    expect(choices[0]?.name).toContain("Sunrise hike");
    const chosen = answerOf(await command("event", { name: choices[0]?.value ?? "" }));
    expect(wordsOf(chosen)).toContain("Parque Ajusco");
  });

  test("gives the calendar file by a button, on both platforms", async () => {
    const card = answerOf(await say("/event demo", "mia"));
    const sent = answerOf(
      await plaza.act({
        platform: "telegram",
        as: "mia",
        in: "dm",
        do: "click",
        message: card.id,
        button: "Calendar file",
      }),
    );
    const file = sent.files?.[0];
    expect(file?.name).toBe("event.ics");
    const content = await (await fetch(`${plaza.url}${file?.url}`)).text();
    expect(content).toContain("SUMMARY:Demo day");
    expect(content).toMatch(/DTSTART:\d{8}T\d{6}Z/);
    const discordCard = answerOf(await command("event", { name: "demo" }, "mia"));
    const discordFile = answerOf(
      await plaza.act({
        platform: "discord",
        as: "mia",
        in: "dm",
        do: "click",
        message: discordCard.id,
        button: "Calendar file",
      }),
    );
    expect(discordFile.files?.[0]?.name).toBe("event.ics");
  });

  test("says that it knows no such event, and offers what is coming", async () => {
    const answer = answerOf(await say("/event qqqqqq", "mia"));
    expect(answer.text).toContain("I know no event called “qqqqqq”");
    expect(labelsOf(answer)).toContain("Sunrise hike to the crater");
  });
});

describe("/calendar", () => {
  test("gives a file and a feed that serves the same events", async () => {
    const answer = answerOf(await say("/calendar", "mia"));
    expect(answer.files?.[0]?.mime).toContain("text/calendar");
    const feed = /http\S+\.ics/.exec(answer.text)?.[0] ?? "";
    const response = await fetch(feed);
    expect(response.headers.get("content-type")).toContain("text/calendar");
    expect(await response.text()).toContain("SUMMARY:Sunrise hike to the crater");
  });
});

describe("what nobody expects", () => {
  test("an unknown command, a word that is none, and plain talk get a sentence that helps", async () => {
    expect(wordsOf(answerOf(await say("/frobnicate", "mia")))).toContain(
      "I do not know /frobnicate",
    );
    expect(answerOf(await say("hello there", "mia")).text).toContain("I answer commands");
    const group = await plaza.act({
      platform: "telegram",
      as: "mia",
      in: "group",
      do: "say",
      text: "hello everyone",
    });
    expect(group).toMatchObject({ ok: true, silent: true });
  });

  test("an admin's command is refused to a member in words, on both platforms", async () => {
    expect(answerOf(await say("/deliveries", "mia")).text).toBe("Only admins may do this.");
    expect(wordsOf(answerOf(await command("sync", {}, "mia")))).toContain(
      "Only admins may do this.",
    );
    expect(wordsOf(answerOf(await command("channel", { kinds: "all" }, "mia", "group")))).toContain(
      "Only admins",
    );
  });

  test("/help shows admins more than members", async () => {
    expect(answerOf(await say("/help", "mia")).text).not.toContain("/deliveries");
    expect(answerOf(await say("/help", "leo")).text).toContain("/deliveries");
  });
});

import { describe, expect, test } from "vitest";
import { acting, modalOf } from "../support/sandbox/acts.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

const plaza = useSandbox();
const { say, command, click, submit } = acting(plaza);

const platforms = ["telegram", "discord"] as const;

/** A charity's card in the moderators' chat. */
async function card(platform: string, name: string) {
  return (await plaza.transcript(platform, "moderators", "leo")).findLast(
    (message) =>
      message.from === "plaza" && !message.ephemeral && wordsOf(message).includes(`: ${name}`),
  );
}

/** The card by its title, whatever was decided. */
async function decided(platform: string, words: string) {
  return await until(async () =>
    (await plaza.transcript(platform, "moderators", "leo")).find(
      (message) => !message.ephemeral && wordsOf(message).includes(words),
    ),
  );
}

const form = {
  name: "Casa Luna",
  city: "Bogotá",
  kind: "housing",
  description: "Beds for *whoever* has none",
  website: "https://casaluna.example.org",
};

describe("a charity that waits", () => {
  test("is in the moderators' chats of both platforms when they are chosen for it", async () => {
    for (const platform of platforms) {
      const message = await until(async () => await card(platform, "Hilo Rojo"));
      expect(labelsOf(message)).toEqual(["Approve", "Reject"]);
      expect(wordsOf(message)).toContain("Mexico City");
    }
  });
});

describe("adding a charity", () => {
  test("in Discord is a dialog of five questions, and its card comes to both platforms", async () => {
    const dialog = modalOf(await command("leo", "charity", { action: "add" }));
    expect(dialog.title).toBe("Add a charity");
    expect(dialog.fields.map(({ id, required }) => `${id} ${required}`)).toEqual([
      "name true",
      "city true",
      "kind true",
      "description true",
      "website false",
    ]);
    const answer = answerOf(await submit("leo", "dm", dialog.id, form));
    expect(wordsOf(answer)).toContain("Casa Luna waits for a decision now.");
    for (const platform of platforms) {
      const message = await until(async () => await card(platform, "Casa Luna"));
      expect(labelsOf(message)).toEqual(["Approve", "Reject"]);
      expect(wordsOf(message)).toContain(platform === "discord" ? "\\*whoever\\*" : "*whoever*");
      expect(wordsOf(message)).toContain("casaluna.example.org");
    }
  });

  test("in Telegram is asked question by question, in private alone", async () => {
    const hint = answerOf(await say("leo", "/charity add", "group"));
    expect(hint.text).toContain("between you and me");
    expect(answerOf(await say("leo", "/charity add")).text).toContain("1/5");
    for (const words of ["Casa Sol", "Bogotá", "housing"]) await say("leo", words);
    const last = answerOf(await say("leo", "A house in the sun"));
    expect(last.text).toContain("5/5");
    const done = answerOf(await click("telegram", "leo", "dm", last, "Skip"));
    expect(done.text).toContain("Casa Sol waits for a decision now.");
    for (const platform of platforms) await until(async () => await card(platform, "Casa Sol"));
  });

  test("is for admins", async () => {
    const answer = answerOf(
      await say("ana", "/charity add Casa Mar city=Bogotá kind=x description=x"),
    );
    expect(answer.text).toContain("admin");
  });
});

describe("deciding a charity", () => {
  test("in one chat shows in the other, with who and when", async () => {
    const open = await until(async () => await card("discord", "Casa Luna"));
    const pressed = await click("discord", "leo", "moderators", open, "Approve");
    expect(wordsOf(answerOf(pressed))).toContain("Casa Luna takes part from now on.");
    for (const platform of platforms) {
      const message = await decided(platform, "Casa Luna was approved");
      expect(labelsOf(message)).toEqual([]);
      expect(wordsOf(message)).toContain("Leo Park");
    }
  });

  test("a rejection asks why, and says it on every card", async () => {
    const open = await until(async () => await card("telegram", "Casa Sol"));
    const menu = answerOf(await click("telegram", "leo", "moderators", open, "Reject"));
    const reason = "It is listed already";
    expect(labelsOf(menu)).toContain(reason);
    await click("telegram", "leo", "moderators", menu, reason);
    for (const platform of platforms)
      expect(wordsOf(await decided(platform, "Casa Sol was rejected"))).toContain(reason);
  });

  test("a second decision says who was faster, and how to change it all the same", async () => {
    const again = answerOf(await say("leo", "/charity rechazar Casa Luna"));
    expect(again.text).toMatch(/Nothing to decide any more for Casa Luna[^]*Leo Park/);
    expect(labelsOf(again)).toEqual(["Reject after all"]);
    const menu = answerOf(await click("telegram", "leo", "dm", again, "Reject after all"));
    const done = await click("telegram", "leo", "dm", menu, "It does not exist any more");
    expect(answerOf(done).text).toContain("Casa Luna takes no part.");
    await decided("discord", "Casa Luna was rejected");
    const back = answerOf(
      await command("leo", "charity", { action: "approve", charity: "casa luna" }),
    );
    const approved = await click("discord", "leo", "dm", back, "Approve after all");
    expect(wordsOf(answerOf(approved))).toContain("takes part from now on");
    await decided("telegram", "Casa Luna was approved");
  });

  test("in one's own words is a dialog in Discord and a question in Telegram", async () => {
    const waiting = await until(async () => await card("discord", "Hilo Rojo"));
    const menu = answerOf(await click("discord", "leo", "moderators", waiting, "Reject"));
    const dialog = modalOf(await click("discord", "leo", "moderators", menu, "In my own words"));
    const done = await submit("leo", "moderators", dialog.id, { reason: "Too *early*" });
    expect(wordsOf(answerOf(done))).toContain("Hilo Rojo takes no part.");
    expect(wordsOf(await decided("telegram", "Hilo Rojo was rejected"))).toContain("Too *early*");
  });

  test("an edit and a place by hand are on the cards too", async () => {
    const place = answerOf(await say("leo", "/charity place Casa Luna 4.6 -74.05"));
    expect(place.text).toContain("4.6000, -74.0500");
    const edited = answerOf(
      await say("leo", "/charity editar casa luna ciudad=Guadalajara tipo=water"),
    );
    expect(edited.text).toContain("Casa Luna is changed.");
    for (const platform of platforms)
      await until(async () =>
        wordsOf(await decided(platform, "Casa Luna was approved")).includes("Guadalajara"),
      );
    await say("leo", "/charity edit casa luna city=Bogotá");
  });
});

describe("what charities need", () => {
  test("is set in one line, in both languages, and read by everybody at once", async () => {
    const set = answerOf(await say("leo", "/needs set Casa Luna urgency=80 gap=1200"));
    expect(set.text).toContain("urgency 80 of 100, $1,200 missing");
    const options = { action: "set", charity: "Casa Luna", gap: "900.50" };
    const changed = answerOf(await command("leo", "needs", options));
    expect(wordsOf(changed)).toContain("urgency 80 of 100, $900.50 missing");
    const list = answerOf(await command("leo", "needs", { action: "list", city: "bogota" }));
    expect(wordsOf(list)).toContain("Casa Luna");
  });

  test.each([
    ["/needs set Casa Luna urgency=101", "from 0 to 100"],
    ["/needs set Casa Luna urgency=high", "from 0 to 100"],
    ["/needs set Casa Luna gap=-5", "zero or more"],
    ["/needs set Nobody gap=5", "no charity called"],
    ["/needs set Agua Turbia gap=5", "Which charity do you mean?"],
    ["/needs source http://needs.example.org/", "https address"],
  ])("is refused in words: %s", async (text, words) => {
    expect(answerOf(await say("leo", text)).text).toContain(words);
  });

  test("is refreshed from a source that an admin names, and the result is said", async () => {
    const row = { name: "Casa Luna", city: "Bogotá", category: "water" };
    const answer = [{ ...row, urgencyScore: 55, fundingGap: 70_000 }, { broken: true }];
    await plaza.control({ do: "needs", answer });
    await say("leo", "/needs source https://needs.example.org/needs.json");
    const said = await until(async () => {
      const now = answerOf(await command("leo", "needs", { action: "source" }));
      return wordsOf(now).includes("1 row was taken") && now;
    });
    expect(wordsOf(said)).toMatch(/1 refused[^]*row 2/);
    await plaza.control({ do: "run", cron: "update-needs-data" });
    expect(labelsOf(said)).toEqual(["Read it now", "Stop"]);
    const stopped = answerOf(await click("discord", "leo", "dm", said, "Stop"));
    expect(wordsOf(stopped)).toContain("set by hand");
  });
});

describe("members", () => {
  test("see the charities of their own city with what they need, in their language", async () => {
    await say("ana", "/start");
    const list = answerOf(await say("ana", "/charities"));
    expect(list.text).toContain("Organizaciones en Mexico City");
    expect(list.text).toMatch(/Mesa Larga[^]*urgencia 90 de 100, faltan/);
    expect(labelsOf(list)).toEqual([
      "Mesa Larga",
      "Techo Norte",
      "Patio de Libros",
      "En un mapa",
      "Otras ciudades",
    ]);
    const one = answerOf(await click("telegram", "ana", "dm", list, "Mesa Larga"));
    expect(one.text).toMatch(/long table[^]*CDMX[^]*mesalarga\.example\.org/);
    expect(labelsOf(one)).toEqual(["Lista", "Abrir su página"]);
  });

  test("choose another city, or name it in any spelling, and turn its pages", async () => {
    const list = answerOf(await say("ana", "/charities bogota"));
    expect(list.text).toMatch(/Organizaciones en Bogotá[^]*Casa Frailejón/);
    const cities = answerOf(await click("telegram", "ana", "dm", list, "Otras ciudades"));
    expect(labelsOf(cities)).toEqual(["Bogotá", "Guadalajara", "Mexico City"]);
    const other = answerOf(await click("telegram", "ana", "dm", cities, "Guadalajara"));
    expect(other.text).toContain("Agua Clara");
    expect(answerOf(await say("ana", "/charities Atlantis")).text).toContain("Atlantis");
  });

  test("see them on a map, a picture with words for who cannot see it", async () => {
    const list = answerOf(await say("ana", "/charities"));
    const map = answerOf(await click("telegram", "ana", "dm", list, "En un mapa"));
    expect(map.photo).toBeDefined();
    const inDiscord = answerOf(await command("leo", "charities", { city: "Bogotá", view: "map" }));
    expect(inDiscord.files?.[0]?.mime ?? inDiscord.embeds?.[0]?.image).toBeTruthy();
    expect(wordsOf(inDiscord)).toContain("on the map");
  });

  test("of no standing are told to join", async () => {
    const answer = answerOf(await command("mia", "charities"));
    expect(wordsOf(answer)).toContain("member");
  });
});

describe("a chat can be told of", () => {
  test("distributions and charities, by Spanish words too", async () => {
    const saved = answerOf(await say("leo", "/channel distribuciones organizaciones", "group"));
    expect(saved.text).toMatch(/weekly distributions, charities to approve/);
    await say("leo", "/channel off", "group");
  });
});

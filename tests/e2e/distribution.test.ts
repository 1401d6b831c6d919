import { expect, test } from "vitest";
import type { TranscriptMessage } from "../../bots/sandbox/contract.ts";
import { acting } from "../support/sandbox/acts.ts";
import { answerOf, until, useSandbox, wordsOf as words } from "../support/sandbox/sandbox.ts";

// Three givers in two cities, five charities, a week: by the script interface, from the first payment
// to what everybody is told.

const plaza = useSandbox();
const { say, command, click, told, thanked } = acting(plaza);

/** Money has a space that does not break. */
const wordsOf = (message: TranscriptMessage | undefined) =>
  words(message).replaceAll("\u00A0", " ");

const control = async (action: object) => {
  expect(await plaza.control({ ...action })).toMatchObject({ ok: true });
};
const paidInAll = async () =>
  (
    (await (await fetch(`${plaza.url}/api/control`)).json()) as {
      giving: { paidInAll: number };
    }
  ).giving.paidInAll;

/** What Telegram's or Discord's news channel was told of a week. */
const announced = async (platform: string, title: string) =>
  (await plaza.transcript(platform, "announcements", "leo")).filter((message) =>
    wordsOf(message).includes(title),
  );

/** A table of the whole distribution, by charity; cents. */
let table: Map<string, number>;

test("three givers pay: Ana in Telegram, Leo in Discord, and Mia, who has just become a member", async () => {
  for (const answer of ["/join", "Help my street", "I live here", "/skip"])
    await say("mia", answer);
  answerOf(await say("leo", "/approve Mia"));
  await until(async () => (await told("telegram", "mia", "Welcome")).length > 0);
  await say("mia", "/profile city=guadalajara");
  answerOf(await say("leo", "/needs set Patitas a Casa urgency=0 gap=450"));
  await say("ana", "/give 5");
  // In Discord Leo is somebody who has not said where he lives.
  const asked = answerOf(await command("leo", "give", { amount: "20" }));
  answerOf(await click("discord", "leo", "dm", asked, "Guadalajara"));
  await say("mia", "/give 3");
  for (const pay of ["ana", "leo", "mia"]) {
    await control({ do: "stripe", pay });
    await thanked(pay, 1);
  }
  expect(await paidInAll()).toBe(2800);
});

test("an admin looks first: the whole table, and nothing is written", async () => {
  const preview = answerOf(await say("leo", "/distribution preview"));
  expect(wordsOf(preview)).toContain("3 gifts, $28 in total: $28 for 5 charities, $0 carried over");
  expect(wordsOf(preview)).toContain("Nothing has been written");
  expect(wordsOf(preview)).toMatch(/Mexico City.*1 gift, \$5/);
  expect(wordsOf(preview)).toMatch(/Guadalajara.*2 gifts, \$23/);
  const file = answerOf(await click("telegram", "leo", "dm", preview, "Table (CSV)"));
  table = tableOf(await download(file));
  expect(table.size).toBe(5);
  expect(sumOf(table)).toBe(2800);
  expect(wordsOf(answerOf(await say("leo", "/impact community")))).toContain("Nothing");
});

test("and then distributes, once", async () => {
  const asked = answerOf(await command("leo", "distribution", { do: "run" }));
  expect(wordsOf(asked)).toContain("It happens once");
  expect(wordsOf(asked)).toContain("This week has not ended");
  const other = answerOf(await say("leo", "/distribution run"));
  const begun = answerOf(await click("discord", "leo", "dm", asked, "Yes, distribute"));
  expect(wordsOf(begun)).toContain("is being distributed");
  await until(async () => (await announced("telegram", "What we gave")).length > 0);
  await until(async () =>
    wordsOf(answerOf(await say("leo", "/distribution"))).includes("done; $28 given, $0"),
  );
  const again = answerOf(await click("telegram", "leo", "dm", other, "Yes, distribute"));
  expect(wordsOf(again)).toContain("Nothing changed");
});

test("both news channels are told, once, with a picture of what the preview said", async () => {
  for (const platform of ["telegram", "discord"]) {
    await until(async () => (await announced(platform, "What we gave")).length === 1);
    const [message] = await announced(platform, "What we gave");
    const said = wordsOf(message);
    expect(said).toContain("3 gifts, $28 in all, reached 5 charities in 2 cities");
    for (const [name, cents] of table) expect(said).toMatch(lineOf(name, cents));
    expect(await isPng(message)).toBe(true);
    expect(message?.picture?.alt).toContain("$28");
  }
});

test("each giver has a report with what their own money did, why, and a chart", async () => {
  const ana = await reportTo("telegram", "ana", "Tu donación en la semana");
  expect(wordsOf(ana)).toContain("5 US$ tuyos llegaron a 3 organizaciones");
  expect(wordsOf(ana)).toContain("Es tu primera semana");
  expect(wordsOf(ana)).toContain("urgencia de 76,3");
  const mia = await reportTo("telegram", "mia", "Your giving in the week");
  expect(wordsOf(mia)).toMatch(/\$3 of yours reached [12] charit/);
  const leo = await reportTo("discord", "leo", "Your giving in the week");
  expect(wordsOf(leo)).toContain("$20 of yours reached 2 charities");
  for (const message of [ana, mia, leo]) expect(await isPng(message)).toBe(true);
});

test("the command says what the channels were told, and everybody sees their own alone", async () => {
  const community = answerOf(await say("mia", "/impact community"));
  for (const [name, cents] of table) expect(wordsOf(community)).toMatch(lineOf(name, cents));
  expect(community.picture).toBeDefined();
  const mine = answerOf(await say("ana", "/impact"));
  expect(wordsOf(mine)).toContain("5 US$ tuyos");
  const elsewhere = answerOf(await say("ana", "/impact yo", "group"));
  expect(wordsOf(elsewhere)).not.toContain("tuyos");
  const map = answerOf(await click("telegram", "ana", "dm", mine, "Mapa"));
  expect(wordsOf(map)).toContain("3 organizaciones en el mapa");
  expect(await isPng(map)).toBe(true);
  const weeks = answerOf(await say("ana", "/impact yo 8 semanas"));
  expect(wordsOf(weeks)).toContain("5 US$ en 1 semana");
  const one = answerOf(await command("leo", "impact", { charity: "Agua Clara" }));
  expect(wordsOf(one)).toContain("What Agua Clara received");
});

test("the next week's cron distributes what was paid in it, and reports compare", async () => {
  await control({ do: "clock", advance: "7d" });
  await control({ do: "stripe", card: "mia", works: false });
  await control({ do: "stripe", renew: true });
  await until(async () => (await told("telegram", "mia", "could not be charged")).length === 1);
  await control({ do: "clock", advance: "7d" });
  await control({ do: "run", cron: "weekly-distribution" });
  await until(async () => (await announced("telegram", "What we gave")).length === 2);
  const [, second] = await announced("telegram", "What we gave");
  expect(wordsOf(second)).toContain("2 gifts, $25 in all");
  const ana = await until(async () => {
    const reports = await told("telegram", "ana", "Tu donación en la semana");
    return reports.length === 2 && reports[1];
  });
  expect(wordsOf(ana)).toContain("Tanto como tu semana anterior");
  expect(await told("telegram", "mia", "Your giving in the week")).toHaveLength(1);
  await until(async () =>
    wordsOf(answerOf(await say("leo", "/distribution"))).includes("done; $25 given, $0"),
  );
  // To the cent: what Stripe was paid is what was given in both weeks.
  expect(await paidInAll()).toBe(2800 + 2500);
});

test("the books are looked through and nothing is wrong", async () => {
  await control({ do: "run", cron: "check-books" });
  await until(async () => wordsOf(answerOf(await say("leo", "/distribution"))).includes("books"));
  expect(wordsOf(answerOf(await say("leo", "/distribution")))).toContain(
    "$53 paid, $53 given, $0 held",
  );
});

test("a week can be distributed from the control panel at any time", async () => {
  await control({ do: "stripe", card: "mia", works: true });
  await control({ do: "stripe", renew: true });
  await control({ do: "distribute" });
  await until(async () => (await announced("discord", "What we gave")).length === 3);
});

async function reportTo(platform: string, as: string, title: string) {
  return await until(async () => {
    const reports = await told(platform, as, title);
    return reports.length === 1 && reports[0];
  });
}

function lineOf(name: string, cents: number): RegExp {
  const money = (cents / 100).toFixed(cents % 100 === 0 ? 0 : 2).replace(".", "\\.");
  return new RegExp(`${name}.*\\$${money}(?!\\d)`);
}

async function download(message: TranscriptMessage): Promise<string> {
  const [file] = message.files ?? [];
  return file ? await (await fetch(new URL(file.url, plaza.url))).text() : "";
}

function tableOf(csv: string): Map<string, number> {
  const [, ...lines] = csv.trim().split("\r\n");
  return new Map(
    lines.map((line) => {
      const cells = line.split(",");
      return [(cells[1] ?? "").replaceAll('"', ""), Number(cells.at(-1))];
    }),
  );
}

function sumOf(amounts: Map<string, number>): number {
  return [...amounts.values()].reduce((sum, one) => sum + one, 0);
}

async function isPng(message: TranscriptMessage | undefined): Promise<boolean> {
  if (!message?.picture) return false;
  const bytes = await (await fetch(new URL(message.picture.url, plaza.url))).arrayBuffer();
  const head = new TextDecoder("latin1").decode(bytes.slice(1, 4));
  return head === "PNG" && bytes.byteLength > 5_000;
}

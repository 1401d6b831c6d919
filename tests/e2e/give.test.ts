import { ConvexHttpClient } from "convex/browser";
import { beforeAll, expect, test } from "vitest";
import { createTokenSource } from "../../bots/backend/tokens.ts";
import { people } from "../../bots/sandbox/server/fixtureUsers.ts";
import { api } from "../../convex/_generated/api.js";
import { chatSubject } from "../../shared/identity.ts";
import { acting, modalOf, newcomers } from "../support/sandbox/acts.ts";
import {
  answerOf,
  labelsOf as labels,
  until,
  useSandbox,
  wordsOf as words,
} from "../support/sandbox/sandbox.ts";

// Weekly gifts, by the script interface: in Telegram and in Discord, with a Stripe beside.

const plaza = useSandbox({ crowd: newcomers(["Noa"]) });
const { say, command, click, submit, told, thanked } = acting(plaza);

const stripe = async (action: object) => {
  expect(await plaza.control({ do: "stripe", ...action })).toMatchObject({ ok: true });
};

/** Money has a space that does not break. */
const plain = (text: string) => text.replaceAll("\u00A0", " ");
const wordsOf = (message: Parameters<typeof words>[0]) => plain(words(message));
const labelsOf = (message: Parameters<typeof labels>[0]) => labels(message).map(plain);

/** What Plaza has taken in of Ana and Leo, as their own exports say it. */
async function booked(): Promise<number> {
  const { keys, convex } = plaza.sandbox;
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, () => plaza.sandbox.clock().now);
  let sum = 0;
  for (const { telegramId, discordId } of people.slice(0, 2))
    for (const subject of [
      chatSubject("telegram", String(telegramId)),
      chatSubject("discord", discordId),
    ]) {
      const options = { skipConvexDeploymentUrlCheck: true, auth: await tokens(subject) };
      const client = new ConvexHttpClient(convex.url, { ...options, logger: false });
      const text = await client.query(api.users.exportMine, {});
      const { gifts = [] } = JSON.parse(text) as { gifts?: { paid: number }[] };
      for (const { paid } of gifts) sum += paid;
    }
  return sum;
}

const addressIn = (message: Parameters<typeof words>[0]) =>
  /http:\S+cs_test_[\w#]+/.exec(words(message))?.[0];

type Giving = {
  paidInAll: number;
  subscriptions: { who: string; amount: number; status: string }[];
  pages: { who: string; amount: number; status: string; url: string | null }[];
};
const giving = async () =>
  ((await (await fetch(`${plaza.url}/api/control`)).json()) as { giving: Giving }).giving;

// As long as Stripe's own: longer than a link button of Discord's may be.
beforeAll(() => plaza.sandbox.giving.stripe.lengthenAddresses(541));

test("a newcomer is refused in words, and so is an amount that is not on offer", async () => {
  expect(wordsOf(answerOf(await say("noa", "/give 5")))).toContain("/join");
  expect(wordsOf(answerOf(await command("noa", "give", { amount: "5" })))).toContain("/join");
  const other = answerOf(await say("ana", "/give 4"));
  expect(wordsOf(other)).toContain("1 US$, 2 US$, 3 US$, 5 US$");
  expect(labelsOf(other)).toContain("5 US$");
});

test("Ana is asked for her city in Telegram, pays, changes, pauses, resumes and stops", async () => {
  await say("ana", "/profile city=none");
  const asked = answerOf(await say("ana", "/give 5"));
  expect(wordsOf(asked)).toContain("¿Para qué ciudad");
  const question = answerOf(await click("telegram", "ana", "dm", asked, "Otra ciudad"));
  expect(wordsOf(question)).toContain("El nombre de tu ciudad");
  const page = answerOf(await say("ana", "Vigo"));
  // This machine's page has no https address, so it is written out.
  expect(wordsOf(page)).toMatch(/http:\/\/127\.0\.0\.1:\d+\/pay\/cs_test_/);
  await stripe({ pay: "ana" });
  await thanked("ana", 1);
  const shown = answerOf(await say("ana", "/give"));
  expect(wordsOf(shown)).toContain("5 US$ cada semana");
  expect(wordsOf(shown)).toContain("Vigo");
  expect(wordsOf(shown)).toContain("Próximo pago");

  const amounts = answerOf(await click("telegram", "ana", "dm", shown, "Cambiar"));
  const changed = answerOf(await click("telegram", "ana", "dm", amounts, "20\u00A0US$"));
  expect(wordsOf(changed)).toContain("20 US$ cada semana a partir del próximo pago");
  expect(wordsOf(answerOf(await say("ana", "/give pausar")))).toContain("En pausa");
  expect((await giving()).subscriptions).toMatchObject([
    { who: "ana", amount: 2000, status: "paused" },
  ]);
  const resumed = answerOf(await say("ana", "/give reanudar"));
  expect(wordsOf(resumed)).toContain("Sigue con el próximo pago");

  const sure = answerOf(await say("ana", "/give parar"));
  expect((await giving()).subscriptions).toMatchObject([{ status: "active" }]);
  const stopped = answerOf(await click("telegram", "ana", "dm", sure, "Sí, parar"));
  expect(wordsOf(stopped)).toContain("terminó");
  expect((await giving()).subscriptions).toMatchObject([{ status: "canceled" }]);
  expect(wordsOf(answerOf(await say("ana", "/give")))).toContain("Todavía no donas");
  expect((await giving()).paidInAll).toBe(500);
});

test("Leo does the same in Discord, where the city is asked for in a dialog", async () => {
  const asked = answerOf(await command("leo", "give", { amount: "10" }, "group"));
  expect(asked.ephemeral).toBe(true);
  const opened = await click("discord", "leo", "group", asked, "Another city");
  const { id } = modalOf(opened);
  const page = answerOf(await submit("leo", "group", id, { city: "Puebla" }));
  expect(wordsOf(page)).toContain("/pay/cs_test_");
  // Cities in which charities wait are a press away.
  await command("leo", "profile", { city: "none" });
  const again = answerOf(await command("leo", "give", { amount: "10" }));
  expect(labelsOf(again)).toEqual(expect.arrayContaining(["Bogotá", "Guadalajara"]));
  const same = answerOf(await click("discord", "leo", "dm", again, "Guadalajara"));
  expect(addressIn(same)).toBe(addressIn(page));
  expect(addressIn(page)).toHaveLength(541);
  await stripe({ pay: "leo" });
  await thanked("leo", 1);
  const shown = answerOf(await command("leo", "give", {}, "group"));
  expect(shown.ephemeral).toBe(true);
  expect(wordsOf(shown)).toContain("$10 each week");
  expect(wordsOf(shown)).toContain("Guadalajara");
  const changed = answerOf(await command("leo", "give", { amount: "$50" }));
  expect(wordsOf(changed)).toContain("It is $50 each week");
  const paused = answerOf(await click("discord", "leo", "dm", changed, "Pause"));
  expect(wordsOf(paused)).toContain("nothing is charged");
  const resumed = answerOf(await click("discord", "leo", "dm", paused, "Resume"));
  expect(wordsOf(resumed)).toContain("active");
  expect(labelsOf(resumed)).toContain("Pause");
});

test("in a Telegram group it is between Plaza and the one who asks", async () => {
  const answer = answerOf(await say("leo", "/give", "group"));
  expect(wordsOf(answer)).not.toContain("$50");
  expect(wordsOf(answer)).toContain("/give");
});

test("weeks are billed; webhooks that come again and in any order change nothing", async () => {
  const before = (await giving()).paidInAll;
  await plaza.control({ do: "clock", advance: "8d" });
  await stripe({ hold: true });
  await stripe({ renew: true });
  await stripe({ release: "shuffled" });
  await stripe({ repeat: 3 });
  await stripe({ repeat: 1, wrongSecret: true });
  expect((await giving()).paidInAll).toBe(before + 5000);
  expect(await booked()).toBe(before + 5000);
  await thanked("leo", 2);
});

test("a payment that fails is told once, and shown until it is paid", async () => {
  await stripe({ card: "leo", works: false });
  await plaza.control({ do: "clock", advance: "7d" });
  await stripe({ renew: true });
  await stripe({ renew: true });
  await stripe({ repeat: 2 });
  const gift = async () => wordsOf(answerOf(await command("leo", "give")));
  const notices = async () => [
    ...(await told("telegram", "leo", "could not be charged")),
    ...(await told("discord", "leo", "could not be charged")),
  ];
  await until(async () => (await notices()).length > 0);
  expect(await gift()).toContain("The last payment failed");
  expect(await notices()).toHaveLength(1);
  await stripe({ card: "leo", works: true });
  await stripe({ renew: true });
  await thanked("leo", 3);
  expect(await gift()).not.toContain("failed");
  expect((await giving()).paidInAll).toBe(500 + 1000 + 5000 + 5000);
  expect(await booked()).toBe((await giving()).paidInAll);
});

test("who leaves is not charged any more", async () => {
  await say("ana", "/give 3");
  await stripe({ pay: "ana" });
  await thanked("ana", 2);
  const sure = answerOf(await say("ana", "/delete"));
  const [yes] = labelsOf(sure);
  await click("telegram", "ana", "dm", sure, yes ?? "");
  await until(async () =>
    (await giving()).subscriptions.every(
      ({ amount, status }) => amount !== 300 || status === "canceled",
    ),
  );
});

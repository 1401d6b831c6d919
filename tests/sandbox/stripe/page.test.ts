import { expect, test } from "vitest";
import { makePage, setUp } from "../../support/emulators/stripe.ts";

const press = async (url: string | null, choice: string) =>
  await fetch(url ?? "", {
    method: "POST",
    body: new URLSearchParams({ do: choice }),
    redirect: "manual",
  });

test("the page says what is given, in no markup of strangers, and loads nothing", async () => {
  const { client } = await setUp();
  const { url } = await makePage(client);
  const answer = await fetch(url ?? "");
  const html = await answer.text();
  expect(html).toContain("Weekly &lt;gift&gt;");
  expect(html).toContain("$5.00");
  expect(html).toContain("width=device-width");
  expect(html).not.toMatch(/<script|src=|href=/);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("paying leads on, and there is a gift", async () => {
  const { client, stripe } = await setUp();
  const { url, id } = await makePage(client);
  const answer = await press(url, "pay");
  expect([answer.status, answer.headers.get("location")]).toEqual([
    303,
    "https://plaza.example/given",
  ]);
  expect(await client.checkout.sessions.retrieve(id)).toMatchObject({ status: "complete" });
  expect(stripe.paidInAll()).toBe(500);
  expect(await (await press(url, "pay")).text()).toContain("paid already");
  expect(stripe.subscriptions()).toHaveLength(1);
});

test("a declined card and a change of mind charge nothing", async () => {
  const { client, stripe } = await setUp();
  const { url } = await makePage(client);
  expect(await (await press(url, "decline")).text()).toContain("declined");
  stripe.setCard("u1", false);
  expect(await (await press(url, "pay")).text()).toContain("declined");
  const left = await press(url, "cancel");
  expect(left.headers.get("location")).toBe("https://plaza.example/given/not");
  expect([stripe.paidInAll(), stripe.subscriptions()]).toEqual([0, []]);
});

import { expect, test } from "vitest";
import { post, setUp } from "../../support/emulators/openai.ts";

test("The real library reads a text of the form that was asked for", async () => {
  const { openai, ask } = await setUp();
  const text = await ask();
  expect(text).toMatchObject({ kind: "written" });
  expect(JSON.stringify(text)).toContain("Soup received $12.50.");
  expect(JSON.stringify(text)).toContain("Soup recibió $12.50.");
  expect(openai.calls()).toBe(1);
  expect(openai.asked()[0]).toMatchObject({ model: "some-model", instructions: "Explain." });
});

test("An altered figure is the only thing that differs from a right text", async () => {
  const { openai, ask } = await setUp();
  const right = JSON.stringify(await ask());
  openai.behave("wrong");
  const wrong = JSON.stringify(await ask());
  const differing = Array.from(wrong).filter((letter, index) => letter !== right[index]);
  expect(wrong).toHaveLength(right.length);
  expect(differing).toEqual(["1", "1"]);
});

test.each([
  ["refuses", "unusable"],
  ["broken", "away"],
] as const)("One that is set to %s is %s", async (mode, kind) => {
  const { openai, ask } = await setUp();
  openai.behave(mode);
  expect(await ask()).toEqual({ kind });
  expect(openai.calls()).toBe(1);
});

test("Nonsense is no JSON, and then JSON of another form", async () => {
  const { openai, ask } = await setUp();
  openai.behave("nonsense");
  expect([await ask(), await ask()]).toEqual([{ kind: "unusable" }, { kind: "unusable" }]);
});

test("A link and a mention are put into a text that is right otherwise", async () => {
  const { openai, ask } = await setUp();
  openai.behave("inject");
  expect(await ask()).toMatchObject({
    kind: "written",
    en: expect.stringMatching(/^Soup received \$12\.50.* https:\/\/evil\.example @evil \/start$/),
  });
});

test("A slow one answers when it is released, in the way it then has", async () => {
  const { openai, ask } = await setUp();
  openai.behave("slow");
  const [first, second] = [ask(), ask()];
  await openai.called(2);
  expect(openai.waiting()).toBe(2);
  openai.behave("answers");
  expect(await first).toMatchObject({ kind: "written" });
  expect(await second).toMatchObject({ kind: "written" });
  expect(openai.waiting()).toBe(0);
});

test("Whoever loses patience is not waited for any more", async () => {
  const { openai, ask } = await setUp();
  openai.behave("slow");
  expect(await ask({ timeoutMs: 50 })).toEqual({ kind: "away" });
  await expect.poll(() => openai.waiting()).toBe(0);
});

test("A wrong key and what is no request for a text are refused, and are no calls", async () => {
  const { openai, ask } = await setUp();
  expect(await ask({ key: "sk-another-key" })).toEqual({ kind: "away" });
  const ok = { model: "m", instructions: "i", input: "x" };
  const format = { type: "json_schema", name: "n", strict: true };
  const schema = { type: "object", properties: { en: { type: "string" } }, required: [] };
  for (const body of [
    {},
    ok,
    { ...ok, text: { format: { type: "text" } } },
    { ...ok, text: { format: { ...format, schema } } },
    { ...ok, text: { format: { ...format, schema: { ...schema, additionalProperties: false } } } },
  ]) {
    const response = await post(openai.url, openai.apiKey, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error" } });
  }
  expect((await fetch(`${openai.url}/models`)).status).toBe(404);
  expect(openai.calls()).toBe(0);
});

test("Whoever listens hears of every call and of every change of mode", async () => {
  const { openai, ask } = await setUp();
  let heard = 0;
  const stop = openai.onChange(() => heard++);
  await ask();
  openai.behave("wrong");
  expect(heard).toBe(2);
  stop();
  openai.behave("answers");
  expect(heard).toBe(2);
});

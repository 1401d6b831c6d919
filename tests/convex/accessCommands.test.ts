import { describe, expect, test } from "vitest";
import { parseArgs } from "../../shared/commands/args.ts";
import { commands } from "../../shared/commands/index.ts";
import { type AccessLevel, accessLevels } from "../../shared/identity.ts";
import { commandTable, pressTable, type Row } from "../support/access/commandTable.ts";
import {
  type Place,
  places,
  resultOf,
  talk,
  telegramChannel,
  wordsOf,
} from "../support/access/chats.ts";
import { makeWorld, subjectOf, type World } from "../support/access/world.ts";
import {
  begin,
  everything,
  failedJobs,
  makeChannel,
  rows,
  settled,
  undo,
} from "../support/convex/plaza.ts";

// Who is answered what, by every command and every button, in every kind of chat.

test("every command stands in the table, and nothing else does", () => {
  const listed = new Set(Object.keys(commandTable).map((row) => row.split(" ")[0]));
  expect(listed).toEqual(new Set(commands.map(({ name }) => name)));
});

test("every word of a button stands in the table, and nothing else does", () => {
  const listed = new Set(Object.keys(pressTable).map((row) => row.split("|")[0]));
  const actions = commands.flatMap((command) => Object.keys(command.actions ?? {}));
  expect(listed).toEqual(new Set([...actions, "dialog"]));
});

type Asker = AccessLevel | "bot";
type Talking = ReturnType<typeof talk>;
type Run = (talking: Talking, words: string) => ReturnType<Talking["press"]>;

type Asked = { asker: Asker; name: string; place: Place };
const asked: Asked[] = [
  ...accessLevels.flatMap((asker) =>
    Object.entries(places).map(([name, place]) => ({ asker, name, place })),
  ),
  { asker: "bot", name: "a Telegram channel", place: telegramChannel },
];

/** What the table says for one place. */
function expectedAt({ where, isDeciders, who, elsewhere }: Row, name: string, asker: Asker) {
  if (where === "anywhere" || name.endsWith("in private")) return who[asker];
  const isHidden =
    name === "a Discord server" || (isDeciders && name === "the moderators' Telegram group");
  return where === "hidden" && isHidden ? who[asker] : (elsewhere ?? "in private");
}

type Asking = { world: World; before: Awaited<ReturnType<typeof everything>> };

async function startAsking(): Promise<Asking> {
  const world = await makeWorld();
  await makeChannel(world.t, { chatId: "-300", kinds: ["application"] });
  return { world, before: await everything(world.t) };
}

async function ask({ world, before }: Asking, row: Row, asker: Asker, place: Place, run: Run) {
  const { t } = world;
  const { platform } = place.chat;
  const subject = asker === "bot" ? null : subjectOf(asker, platform);
  const words = (await row.words?.(world, asker, platform)) ?? "";
  const talking = talk(t, subject, place);
  const message = await run(talking, words);
  await settled(t);
  const failed = await failedJobs(t);
  const result = failed.length > 0 ? `${failed.join()} failed` : resultOf(message);
  // Where others are, what is hidden is shown to one person alone.
  const isOpen =
    place.chat.kind !== "private" && row.where !== "anywhere" && !message.options.ephemeral;
  const hasChanged =
    talking.hasWritten() && JSON.stringify(await everything(t)) !== JSON.stringify(before);
  return { result: isOpen ? `${result}, openly` : result, hasChanged };
}

/** Everybody's answer at every place, and the table's. Who is refused has changed nothing. */
async function compare(row: Row, run: Run) {
  const answered: Record<string, string> = {};
  const expected: Record<string, string> = {};
  let asking = await startAsking();
  for (const { asker, name, place } of asked) {
    const key = `${asker} in ${name}`;
    const { result, hasChanged } = await ask(asking, row, asker, place, run);
    answered[key] = result !== "done" && hasChanged ? `${result}, changed` : result;
    expected[key] = expectedAt(row, name, asker);
    // Everybody finds the same world.
    if (hasChanged && !(await undo(asking.world.t, asking.before))) asking = await startAsking();
  }
  return { answered, expected };
}

describe.each(Object.entries(commandTable))("/%s", (name, row) => {
  test("is answered to exactly those it should be, where it should be", async () => {
    const [command = ""] = name.split(" ");
    const options = commands.find((one) => one.name === command)?.options ?? [];
    const { answered, expected } = await compare(
      row,
      async (talking, words) => await talking.command(command, parseArgs(words, options)),
    );
    expect(answered).toEqual(expected);
  });
});

describe.each(Object.entries(pressTable))("a press of %s", (name, row) => {
  test("is answered to exactly those it should be, where it should be", async () => {
    const { answered, expected } = await compare(
      row,
      async (talking, words) => await talking.press(words === "" ? name : words),
    );
    expect(answered).toEqual(expected);
  });
});

test("a demotion takes effect on the next press of an old button", async () => {
  const { t, applicationId, users } = await makeWorld();
  const approve = `apply|approve|${applicationId}`;
  const moderator = talk(t, subjectOf("moderator"));
  const menu = await moderator.press(`apply|why|${applicationId}`);
  expect(menu.buttons?.flat()).toContainEqual(
    expect.objectContaining({ action: `apply|no|${applicationId}` }),
  );
  await talk(t, subjectOf("admin", "discord"), places["a Discord server"]).press(
    `role|${users.moderator}|member`,
  );
  await settled(t);
  const before = await everything(t);
  const old = [approve, `apply|no|${applicationId}`, `apply|take|${applicationId}`, "apply|ask"];
  for (const press of [...old, `apply|all|${begin.toString(36)}`, `role|${users.member}`])
    expect(resultOf(await moderator.press(press))).toBe("moderators-only");
  expect(resultOf(await moderator.submit(`reason|${applicationId}`, { reason: "No" }))).toBe(
    "moderators-only",
  );
  expect(resultOf(await moderator.command("approve", { words: ["Wanda"] }))).toBe(
    "moderators-only",
  );
  await settled(t);
  expect(await everything(t)).toEqual(before);
});

test("a suspension takes effect on the next press of an old button", async () => {
  const { t, applicationId, users } = await makeWorld();
  await talk(t, subjectOf("admin")).press(`role|${users.moderator}|suspend|yes`);
  const press = `apply|approve|${applicationId}`;
  expect(resultOf(await talk(t, subjectOf("moderator")).press(press))).toBe("suspended");
  const [waiting] = (await rows(t, "applications")).filter(({ _id }) => _id === applicationId);
  expect(waiting?.status).toBe("pending");
});

test.each(["join", "reason|x", "key|x"])(
  "the form %s is taken from whom it should be",
  async (form) => {
    const { t, applicationId, orgId } = await makeWorld();
    const [word = ""] = form.split("|");
    const fields = { goal: "Learn", motivation: "Curious", reason: "No", key: "a-new-key-of-ours" };
    const id = { join: "join", reason: `reason|${applicationId}`, key: `key|${orgId}` }[word] ?? "";
    const before = JSON.stringify(await everything(t));
    const refused: string[] = [];
    for (const standing of ["pending", "member", "suspended", "banned"] as const)
      refused.push(resultOf(await talk(t, subjectOf(standing)).submit(id, fields)));
    const expected = {
      join: ["already-applied", "already-member", "suspended", "banned"],
      reason: ["moderators-only", "moderators-only", "suspended", "banned"],
      key: ["admins-only", "admins-only", "suspended", "banned"],
    };
    expect(refused).toEqual(expected[word as keyof typeof expected]);
    expect(JSON.stringify(await everything(t))).toBe(before);
  },
);

test.each([
  "",
  "nothing",
  "apply",
  "apply|x",
  "constructor|x",
  "retry|x",
  "role|x",
  "apply|approve|x",
])("an invented button %j changes nothing, whoever presses it", async (press) => {
  const { t } = await makeWorld();
  const before = JSON.stringify(await everything(t));
  for (const standing of ["stranger", "member", "admin"] as const) {
    const message = await talk(t, subjectOf(standing)).press(press);
    expect(wordsOf(message)).not.toBe("");
    expect(resultOf(message)).not.toBe("broken");
  }
  expect(JSON.stringify(await everything(t))).toBe(before);
});

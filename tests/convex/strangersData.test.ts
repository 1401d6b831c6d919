import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { talk, wordsOf } from "../support/access/chats.ts";
import {
  countedIn,
  countsIn,
  maybe,
  plazaWithJam,
  plusOne,
  toldOf,
  yes,
} from "../support/convex/rsvps.ts";
import {
  as,
  begin,
  day,
  everything,
  failedJobs,
  makeBot,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  settled,
  takeOver,
} from "../support/convex/plaza.ts";

// Somebody without an account takes and deletes what is stored about their chat account.

const bare = "telegram:77";
const other = "discord:88";

/** Somebody without an account who has used everything that needs none, and somebody else. */
async function plazaWithStranger(stranger = bare) {
  const plaza = await plazaWithJam(undefined, 2);
  const { t, eventId } = plaza;
  await plaza.say(stranger, plusOne);
  await plaza.say(other === stranger ? bare : other, yes);
  await plaza.remind(stranger, 60);
  await as(t, stranger).mutation(api.chatAccounts.change, { timezone: "America/Lima" });
  await as(t, stranger).mutation(api.dialogs.begin, { form: "join" });
  const answer = { field: "goal", value: "Goalword", messageId: "1", isLast: false };
  await as(t, stranger).mutation(api.dialogs.answer, answer);
  const { token } = await as(t, stranger).action(api.feeds.link, {});
  return { ...plaza, eventId, token };
}

/** The tables in which an account is named, by its platform's id. */
async function tablesWith(t: Plaza, subject: string): Promise<string[]> {
  const id = `"${subject.split(":")[1]}"`;
  return Object.entries(await everything(t))
    .filter(([, kept]) => [id, `"${subject}"`].some((one) => JSON.stringify(kept).includes(one)))
    .map(([table]) => table);
}

test.each([bare, other])(
  "%s without an account exports what is stored, and nothing else",
  async (who) => {
    const { t, eventId } = await plazaWithStranger(who);
    const text = await as(t, who).query(api.users.exportMine, {});
    expect(JSON.parse(text)).toMatchObject({
      user: null,
      chatAccounts: [{ timezone: "America/Lima" }],
      rsvps: [{ eventId, answer: "going", guests: 1 }],
      reminders: [{ eventId, minutesBefore: 60 }],
      calendarLinks: [{}],
      forms: [{ answers: { goal: "Goalword" } }],
    });
    expect(text).not.toContain(who === bare ? other : bare);
  },
);

test("who has left nothing here exports and deletes nothing, without a refusal", async () => {
  const { t } = await plazaWithJam();
  const empty = JSON.parse(await as(t, bare).query(api.users.exportMine, {})) as object;
  expect(empty).toMatchObject({ user: null, chatAccounts: [], rsvps: [], reminders: [] });
  const before = await everything(t);
  await as(t, bare).mutation(api.users.softDelete, {});
  expect(await everything(t)).toEqual(before);
});

describe("deleting without an account", () => {
  test.each([bare, other])(
    "%s leaves nothing in any table, and the seats to others",
    async (who) => {
      const { t, token } = await plazaWithStranger(who);
      const waiting = who === bare ? other : bare;
      expect(await countsIn(t)).toEqual({ going: 2, maybe: 0, waiting: 1 });
      await as(t, who).mutation(api.users.softDelete, {});
      await pass(t, 2 * minute);
      expect(await failedJobs(t)).toEqual([]);
      expect(await tablesWith(t, who)).toEqual([]);
      expect(await countsIn(t)).toEqual({ going: 1, maybe: 0, waiting: 0 });
      expect(await countedIn(t)).toEqual(await countsIn(t));
      expect(await toldOf(t, "seat")).toEqual([waiting]);
      expect((await t.fetch(`/calendars/mine/${token}.ics`, {})).status).toBe(404);
    },
  );

  test("also takes what they were told, and what they were still to be told", async () => {
    const { t, say, remind, cancel } = await plazaWithJam(undefined, 1);
    await say(other, yes);
    await say(bare, yes);
    await remind(bare, 60);
    await as(t, other).mutation(api.users.softDelete, {});
    await settled(t);
    expect(await toldOf(t, "seat")).toEqual([bare]);
    await makeBot(t).sendAll();
    await cancel();
    expect((await rows(t, "deliveries")).map(({ state }) => state)).toEqual(["sent", "pending"]);
    await as(t, bare).mutation(api.users.softDelete, {});
    await settled(t);
    expect(await tablesWith(t, bare)).toEqual([]);
    expect(await rows(t, "outboxes")).toEqual([]);
  });

  test("takes more rows than one transaction does", async () => {
    const { t, orgId } = await plazaWithJam();
    const names = Array.from({ length: 95 }, (_, number) => `event-${number}`);
    const events = names.map((name) => said(name, begin + 3 * day));
    await takeOver(t, orgId, [said("jam", begin + day), ...events]);
    for (const { _id: eventId } of await rows(t, "events")) {
      await as(t, bare).mutation(api.rsvps.answer, { eventId, ...maybe });
      await as(t, bare).mutation(api.reminders.set, { eventId, minutesBefore: 60 });
    }
    expect((await rows(t, "rsvps")).length).toBeGreaterThan(90);
    await as(t, bare).mutation(api.users.softDelete, {});
    await settled(t);
    expect(await tablesWith(t, bare)).toEqual([]);
  });

  test("leaves a person's own rows alone: a linked account belongs to its user", async () => {
    const { t } = await plazaWithStranger();
    await as(t, bare).mutation(api.applications.submit, {
      goal: "To learn",
      motivation: "Curious",
      name: "Mia",
    });
    await settled(t);
    const seats = (await rows(t, "rsvps")).length;
    await as(t, other).mutation(api.users.softDelete, {});
    await settled(t);
    expect((await rows(t, "rsvps")).map(({ account }) => account)).toEqual([bare]);
    expect(seats).toBe(2);
  });
});

describe("in the chat", () => {
  test.each(["en", "es"] as const)(
    "it is confirmed first, in words for a stranger (%s)",
    async (locale) => {
      const { t } = await plazaWithStranger();
      await as(t, bare).mutation(api.chatAccounts.change, { locale });
      const me = talk(t, bare);
      const before = await everything(t);
      const asked = await me.command("delete");
      expect(wordsOf(asked)).toContain(
        locale === "en" ? "your calendar link" : "enlace del calendario",
      );
      expect(wordsOf(asked)).not.toMatch(/\/join|moderator/);
      expect(wordsOf(await me.press("delete|no"))).not.toBe("");
      expect((await rows(t, "rsvps")).length).toBe(2);
      expect(await everything(t)).toEqual(before);
      await me.press("delete|yes");
      await pass(t, 2 * minute);
      expect(await tablesWith(t, bare)).toEqual([]);
    },
  );

  test("/help names both commands, and /export gives the file", async () => {
    const { t } = await plazaWithStranger();
    const help = wordsOf(await talk(t, bare).command("help"));
    expect(help).toContain("/export");
    expect(help).toContain("/delete");
    const { file } = await talk(t, bare).command("export");
    expect(file?.content).toContain("America/Lima");
  });
});

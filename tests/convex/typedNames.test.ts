import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { parseArgs } from "../../shared/commands/args.ts";
import { commands } from "../../shared/commands/index.ts";
import { refused } from "../support/convex/people.ts";
import { type Answered, talk, wordsOf } from "../support/access/chats.ts";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import { answersIn } from "../support/convex/rsvps.ts";
import { makePerson } from "../support/convex/people.ts";
import {
  as,
  begin,
  day,
  hour,
  leo,
  makeOrganization,
  type Plaza,
  rows,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

// Whom or what typed words mean: an exact name before a near one, a coming event before a past one;
// and a question wherever two could be meant or something cannot be undone.

const labels = ({ buttons = [] }: Answered) => buttons.flat().map(({ label }) => label);
const firstAction = ({ buttons = [] }: Answered): string => {
  const [button] = buttons.flat();
  return button && "action" in button ? button.action : "";
};

/** Writes a command as in Telegram: "/going demo yes". */
async function write(t: Plaza, who: string, text: string): Promise<Answered> {
  const [name = "", ...rest] = text.slice(1).split(" ");
  const options = commands.find((one) => one.name === name)?.options ?? [];
  return await talk(t, who).command(name, parseArgs(rest.join(" "), options));
}

async function decided(t: Plaza): Promise<string[]> {
  const all = await rows(t, "applications");
  return all
    .filter(({ status }) => status !== "pending")
    .map(({ name, status }) => `${name} ${status}`);
}

describe("applicants", () => {
  test.each(["approve", "reject"])("/%s acts on a whole name or handle alone", async (command) => {
    const t = await plazaWithModerators();
    await applyAs(t, "telegram:901", { name: "Mia Fischer", handle: "mia" });
    await applyAs(t, "telegram:902", { name: "Anna Mia Berg" });
    await write(t, moderator, `/${command} mia because`);
    await write(t, moderator, `/${command} mia`);
    const again = await write(t, moderator, `/${command} mia`);
    expect(await decided(t)).toEqual([
      `Mia Fischer ${command === "approve" ? "approved" : "rejected"}`,
    ]);
    expect(wordsOf(again)).toContain("Nothing to decide any more for Mia Fischer");
  });

  test("the only similar name is asked about, and what became of another is said", async () => {
    const t = await plazaWithModerators();
    const mia = await applyAs(t, "telegram:901", { name: "Mia Fischer" });
    await applyAs(t, "telegram:902", { name: "Anna Mia Berg" });
    const both = await write(t, moderator, "/approve mia");
    expect(labels(both)).toEqual(["1. Mia Fischer", "2. Anna Mia Berg"]);
    await decideAs(t, moderator, mia._id);
    const one = await write(t, moderator, "/approve mia");
    expect(labels(one)).toEqual(["1. Anna Mia Berg"]);
    expect(wordsOf(one)).toMatch(/Mia Fischer.*Approved/);
    expect(await decided(t)).toEqual(["Mia Fischer approved"]);
  });

  test("a name that somebody else wrote as theirs elsewhere is asked about", async () => {
    const t = await plazaWithModerators();
    const other = { name: "Q", otherNames: "Dana Whitfield @dana" };
    await applyAs(t, "telegram:901", other);
    for (const typed of ["dana whitfield", "@dana", "Dana"]) {
      const asked = await write(t, moderator, `/approve ${typed}`);
      expect(labels(asked)).toEqual(["1. Q"]);
    }
    expect(await decided(t)).toEqual([]);
  });
});

describe("members", () => {
  const active = { accountStatus: "active" } as const;
  const roleOf = async (t: Plaza, name: string) =>
    (await rows(t, "users")).find(({ displayName }) => displayName === name);

  test("a username cannot be the handle of somebody else, on either platform", async () => {
    const t = await plazaWithModerators();
    await makePerson(t, { ...active, chats: ["telegram:911"], displayName: "Carol" });
    await makePerson(t, { ...active, chats: ["discord:912"], displayName: "Thief" });
    const [account] = (await rows(t, "chatAccounts")).filter(
      ({ platformUserId }) => platformUserId === "911",
    );
    await t.run(
      async (ctx) => account && ctx.db.patch("chatAccounts", account._id, { handle: "carol" }),
    );
    const take = async (who: string) =>
      await refused(as(t, who).mutation(api.users.update, { username: "@Carol" }));
    expect(await take("discord:912")).toBe("username-taken");
    expect(await take("telegram:911")).toBe("allowed");
  });

  test.each([
    ["moderator", "Make moderator"],
    ["admin", "Make admin"],
    ["suspend", "Suspend"],
    ["ban", "Ban"],
  ])("/role ... %s asks first, with what nobody can choose", async (change, label) => {
    const t = await plazaWithModerators();
    await makePerson(t, { ...active, chats: ["telegram:911"], displayName: "Kim" });
    await applyName(t, "911", "Kim");
    const asked = await write(t, admin, `/role kim ${change}`);
    expect(wordsOf(asked)).toMatch(/Kim.*Telegram.*911/);
    expect(labels(asked)).toEqual([label, "Cancel"]);
    expect(await roleOf(t, "Kim")).toMatchObject({ role: "member", accountStatus: "active" });
    await talk(t, admin).press(firstAction(asked));
    expect(await roleOf(t, "Kim")).not.toMatchObject({ role: "member", accountStatus: "active" });
  });

  test("/role Ki Ban is somebody's card where somebody is called so", async () => {
    const t = await plazaWithModerators();
    for (const [number, name] of [
      ["911", "Ki"],
      ["912", "Ki Ban"],
    ] as const) {
      await makePerson(t, { ...active, chats: [`telegram:${number}`], displayName: name });
      await applyName(t, number, name);
    }
    const card = await write(t, admin, "/role Ki Ban");
    expect(card.title).toBe("Ki Ban");
    expect((await rows(t, "users")).map(({ accountStatus }) => accountStatus)).not.toContain(
      "banned",
    );
    const asked = await write(t, admin, "/role Ki ban");
    expect(asked.title).toBe("Ki Ban");
  });

  test("of a handle and a username that are the same, the admin chooses; the handle is first", async () => {
    const t = await plazaWithModerators();
    await makePerson(t, {
      ...active,
      chats: ["discord:912"],
      displayName: "Old",
      username: "carol",
    });
    await makePerson(t, { ...active, chats: ["telegram:911"], displayName: "Carol" });
    const [account] = (await rows(t, "chatAccounts")).filter(
      ({ platformUserId }) => platformUserId === "911",
    );
    await t.run(
      async (ctx) => account && ctx.db.patch("chatAccounts", account._id, { handle: "carol" }),
    );
    const asked = await write(t, admin, "/role carol admin");
    expect(labels(asked)).toEqual(["Carol (@carol, Telegram …911)", "Old (@carol, Discord …912)"]);
    const profile = await write(t, moderator, "/profile carol");
    expect(labels(profile)).toHaveLength(2);
  });

  /** The name in a person's application, by which admins find them. */
  async function applyName(t: Plaza, platformUserId: string, name: string) {
    const user = (await rows(t, "users")).find(({ displayName }) => displayName === name);
    if (!user) throw new Error("nobody");
    await t.run(async (ctx) => {
      await ctx.db.insert("applications", {
        userId: user._id,
        goal: "g",
        motivation: "m",
        status: "approved",
        name,
        platform: "telegram",
        platformUserId,
        who: name,
        appliedAt: begin,
        version: 1,
      });
    });
  }
});

describe("events", () => {
  async function plazaWithEvents(...titles: readonly string[]) {
    const t = startPlaza();
    const orgId = await makeOrganization(t, { hasSynced: true });
    const all = titles.map((title, index) =>
      said(`e${index}`, begin + (index + 20) * day, { title, location: "Casa" }),
    );
    await takeOver(t, orgId, all);
    return t;
  }
  const one = "telegram:1";

  test("two titles with the typed word are asked about, and both are suggested", async () => {
    const t = await plazaWithEvents("Demo day", "Open demo night for builders");
    const asked = await write(t, one, "/going demo yes");
    expect(labels(asked)).toEqual(["Demo day", "Open demo night for builders"]);
    expect(await answersIn(t)).toEqual({});
    const suggested = await talk(t, one).complete("going", "event", "demo");
    expect(suggested.map((name) => name.split(" · ")[0])).toEqual([
      "Demo day",
      "Open demo night for builders",
    ]);
  });

  test("a title that ends in an answer is shown, and answered by nothing", async () => {
    const t = await plazaWithEvents("Noche de sí o no", "Yes we cook");
    expect(wordsOf(await write(t, one, "/going Noche de sí o no"))).toContain("Noche de sí o no");
    expect(wordsOf(await write(t, one, "/going noche de sí"))).toContain("Noche de sí o no");
    expect(await answersIn(t)).toEqual({});
    await write(t, one, "/going Noche de sí o no yes");
    expect(await answersIn(t)).toEqual({ [one]: "goes" });
  });

  test("a title that ends in a time is shown with times to choose from; nothing is set", async () => {
    const t = await plazaWithEvents("Demo day", "Happy hour");
    for (const text of ["/remind demo day", "/remind happy hour"])
      expect(labels(await write(t, one, text))).toContain("1 day before");
    expect(await rows(t, "reminders")).toEqual([]);
    await write(t, one, "/remind demo day 2h");
    expect((await rows(t, "reminders")).map(({ minutesBefore }) => minutesBefore)).toEqual([120]);
  });

  test.each([
    ["zero 2 days 3 hours", [51 * 60]],
    ["zero 2h day", [120, 1440]],
    ["zero 1 día, 2 horas", [1440, 120]],
    ["zero 1h30m", [90]],
    ["zero hora", [60]],
  ])("/remind %s", async (text, expected) => {
    const t = await plazaWithEvents("Zero knowledge");
    await write(t, one, `/remind ${text}`);
    const set = (await rows(t, "reminders")).map(({ minutesBefore }) => minutesBefore);
    expect(set.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
  });

  test.each(["/going demo blah", "/remind demo 2h blah", "/remind demo 2 blahs"])(
    "%s says which words it did not understand",
    async (text) => {
      const t = await plazaWithEvents("Demo day");
      const asked = await write(t, one, text);
      expect(wordsOf(asked)).toContain("blah");
      expect(labels(asked)).toEqual(["Demo day"]);
      expect(await answersIn(t)).toEqual({});
      expect(await rows(t, "reminders")).toEqual([]);
    },
  );

  test("a title that is only similar is asked about", async () => {
    const t = await plazaWithEvents("Climbing wall");
    const asked = await write(t, one, "/going climbign yes");
    expect(labels(asked)).toEqual(["Climbing wall"]);
    expect(await answersIn(t)).toEqual({});
  });

  test("a coming event is meant before a past one of the same title", async () => {
    const t = await plazaWithEvents("Demo day");
    const [past] = await rows(t, "events");
    await t.run(
      async (ctx) => past && ctx.db.patch("events", past._id, { startDate: begin - day }),
    );
    const orgId = past?.orgId;
    if (!orgId) throw new Error("no event");
    await takeOver(t, orgId, [said("later", begin + 9 * day, { title: "Demo day" })]);
    await write(t, one, "/going demo day yes");
    const [answer] = await rows(t, "rsvps");
    expect(answer?.eventId).not.toBe(past._id);
  });
});

describe("queues", () => {
  async function plazaWithHands() {
    const t = startPlaza();
    const orgId = await makeOrganization(t, { hasSynced: true });
    const at = { startDate: begin - hour, endDate: begin + 12 * hour };
    await takeOver(t, orgId, [said("hands", at.startDate, { title: "All hands", ...at })]);
    const [event] = await rows(t, "events");
    if (!event) throw new Error("no event");
    const person = { accountStatus: "active", displayName: "Wes" } as const;
    await makePerson(t, { ...person, chats: ["telegram:7001"] });
    return { t, eventId: event._id };
  }
  const waiting = async (t: Plaza) =>
    (await rows(t, "queuePositions")).filter(({ status }) => status === "waiting").length;

  test("/queue open reads an hour and a thousand people; other words are refused", async () => {
    const { t } = await plazaWithHands();
    const unclear = await write(t, leo, "/queue open all hands slot=soon");
    expect(wordsOf(unclear)).toContain("soon");
    expect(await rows(t, "queues")).toEqual([]);
    await write(t, leo, "/queue open all hands slot=1h capacity=1,000");
    expect(await rows(t, "queues")).toMatchObject([{ slotMinutes: 60, capacity: 1000 }]);
  });

  test("/queue close all hands closes that queue and removes nobody", async () => {
    const { t, eventId } = await plazaWithHands();
    await write(t, leo, "/queue open all hands");
    await as(t, "telegram:7001").mutation(api.queue.joinQueue, { eventId });
    await write(t, leo, "/queue close all hands");
    expect(await waiting(t)).toBe(1);
    expect(await rows(t, "queues")).toMatchObject([{ isOpen: false }]);
  });

  test("/queue close all asks before it removes those who wait", async () => {
    const { t, eventId } = await plazaWithHands();
    await write(t, leo, "/queue open all hands");
    await as(t, "telegram:7001").mutation(api.queue.joinQueue, { eventId });
    const asked = await write(t, leo, "/queue close all");
    expect(await waiting(t)).toBe(1);
    await talk(t, leo).press(firstAction(asked));
    expect(await waiting(t)).toBe(0);
  });
});

describe("time zones", () => {
  const one = "telegram:1";

  test.each([
    ["BST", "Europe/London"],
    ["madrid", "Europe/Madrid"],
    ["méxico city", "America/Mexico_City"],
    ["EST", "America/New_York"],
  ])("/settings timezone=%s is refused with a proposal", async (typed, proposal) => {
    const t = startPlaza();
    const asked = await write(t, one, `/settings timezone=${typed}`);
    expect(labels(asked)).toContain(proposal);
    const chosen = await talk(t, one).press(`settings|zone|${proposal}`);
    expect(wordsOf(chosen)).toContain(proposal);
  });

  test("the answer to a change says what time it is there", async () => {
    const t = startPlaza();
    const saved = await write(t, one, "/settings timezone=Europe/London");
    // 10:00 UTC in November.
    expect(wordsOf(saved)).toContain("10:00 AM there");
  });

  test.each(["BST", "CST", "EST5EDT", "GMT+2", "+02:00"])("%s is stored nowhere", async (zone) => {
    const t = startPlaza();
    const change = as(t, one).mutation(api.chatAccounts.change, { timezone: zone });
    expect(await refused(change)).toBe("bad-timezone");
  });
});

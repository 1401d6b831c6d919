import { expect, test } from "vitest";
import { chance, damaged } from "../support/luma/damage.ts";
import { feedOf, icsEvent, plazaWithSources } from "../support/convex/lumaSources.ts";
import { sync } from "../support/convex/lumaSync.ts";
import {
  begin,
  day,
  hour,
  makeBot,
  makeChannel,
  minute,
  pass,
  rows,
} from "../support/convex/plaza.ts";

test("sixty damaged feeds between good ones call nothing off and double nothing that is announced", async () => {
  const { t, orgId, answers } = await plazaWithSources();
  await makeChannel(t, { orgId, kinds: ["cancelled"] });
  const names = ["a", "b", "c", "d", "e"];
  const good = feedOf(
    ...names.map((name, n) => icsEvent(`${name}Event001`, begin + (n + 20) * day)),
  );
  answers.ics = good;
  await sync(t, orgId);
  const below = chance(13);
  const results = new Set<string>();
  for (let times = 0; times < 60; times++) {
    answers.ics = damaged(good, below);
    const report = await sync(t, orgId);
    results.add(report?.result ?? "");
    answers.ics = good;
    await pass(t, 3 * minute);
    await sync(t, orgId);
    await pass(t, hour);
  }
  expect(results.has("ok")).toBe(true);
  const events = await rows(t, "events");
  const known = events.filter(({ lumaEventId }) => /^evt-[a-e]Event001$/.test(lumaEventId ?? ""));
  expect(known.map(({ status }) => status)).toEqual(names.map(() => "upcoming"));
  const sent = await makeBot(t).sendAll();
  const calledOff = sent.flatMap(({ announcement }) =>
    announcement.events.map(({ eventId }) => eventId),
  );
  expect(calledOff.filter((id) => known.some(({ _id }) => _id === id))).toEqual([]);
});

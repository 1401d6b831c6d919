import { expect, onTestFinished, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { serve } from "../support/luma/serve.ts";
import { addCharity, admin, kept, plazaWithAdmins } from "../support/convex/charities.ts";
import { as, failedJobs, rows, settled } from "../support/convex/plaza.ts";

/** A Plaza with a geocoder whose response is computed from the query. */
async function plazaWithGeocoder(answer: (query: string) => { status?: number; body: string }) {
  const t = await plazaWithAdmins();
  const { origin, seen } = await serve(({ query }, response) => {
    const { status = 200, body } = answer(query.get("q") ?? "");
    response.writeHead(status, status === 302 ? { location: body } : {}).end(body);
  });
  vi.stubEnv("GEOCODER_URL", `${origin}/search?q={query}&format=json`);
  const asked = () => seen.map(({ query }) => query.get("q"));
  return { t, asked };
}

const bogota = () => ({ body: JSON.stringify([{ lat: "4.6097", lon: "-74.0817" }]) });

test("a charity without coordinates gets them by its address", async () => {
  const { t, asked } = await plazaWithGeocoder(bogota);
  const id = await addCharity(t, { state: "Cundinamarca", zipCode: "110111" });
  expect(asked()).toEqual(["110111, Bogotá, Cundinamarca"]);
  expect(await kept(t, id)).toMatchObject({
    latitude: 4.6097,
    longitude: -74.0817,
    placedBy: "geocoder",
  });
});

test("without a geocoder no request is made", async () => {
  const t = await plazaWithAdmins();
  const id = await addCharity(t);
  expect((await kept(t, id)).latitude).toBeUndefined();
  expect(await failedJobs(t)).toEqual([]);
});

test("an admin's coordinates are never overwritten nor requested", async () => {
  const { t, asked } = await plazaWithGeocoder(bogota);
  const place = { latitude: 1, longitude: 2 };
  const charityId = await addCharity(t, place);
  const changes = { city: "Cali" };
  await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
  await settled(t);
  expect(asked()).toEqual([]);
  expect(await kept(t, charityId)).toMatchObject(place);
});

test("changes made during the geocoder's request stay: other coordinates, another city", async () => {
  const { t } = await plazaWithGeocoder(() => ({ body: "[]" }));
  const charityId = await addCharity(t);
  const late = { charityId, address: "Bogotá", latitude: 4.6, longitude: -74 };
  const changes = { city: "Cali" };
  await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
  await t.mutation(internal.geocoding.take, late);
  expect((await kept(t, charityId)).latitude).toBeUndefined();
  const place = { latitude: 1, longitude: 2 };
  await as(t, admin).mutation(api.charities.updateCharityCoordinates, { charityId, place });
  await t.mutation(internal.geocoding.take, { ...late, address: "Cali" });
  expect(await kept(t, charityId)).toMatchObject({ ...place, placedBy: "admin" });
});

test("a charity that moves is geocoded again, where its coordinates came from the geocoder", async () => {
  const places: Record<string, string> = { Bogotá: "4.6", Cali: "3.4" };
  const { t } = await plazaWithGeocoder((query) => ({
    body: JSON.stringify([{ lat: places[query], lon: -70 }]),
  }));
  const charityId = await addCharity(t);
  const changes = { city: "Cali" };
  await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
  await settled(t);
  expect(await kept(t, charityId)).toMatchObject({ latitude: 3.4, longitude: -70 });
  const words = { description: "More beds" };
  await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes: words });
  expect(await kept(t, charityId)).toMatchObject({ latitude: 3.4 });
});

test.each([
  ["nothing found", { body: "[]" }],
  ["no JSON", { body: "<html>" }],
  ["no degrees", { body: JSON.stringify([{ lat: "north", lon: "" }]) }],
  ["a place off the globe", { body: JSON.stringify([{ lat: "91", lon: "0" }]) }],
  ["a wrong status", { status: 500, body: "[]" }],
  ["a redirect to elsewhere", { status: 302, body: "http://127.0.0.2:1/" }],
])("what goes wrong is a line in the log at most: %s", async (_title, answer) => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  onTestFinished(() => void vi.restoreAllMocks());
  const { t, asked } = await plazaWithGeocoder(() => answer);
  const id = await addCharity(t);
  expect(asked()).toHaveLength(1);
  const row = await kept(t, id);
  expect([row.latitude, row.version]).toEqual([undefined, 1]);
  expect(await failedJobs(t)).toEqual([]);
  expect(warn.mock.calls.flat().join()).not.toContain("127.0.0.1");
  expect(await rows(t, "charities")).toHaveLength(1);
});

import { expect, test } from "vitest";
import { MIA, setUp } from "../../support/emulators/clerk.ts";

test("A new user is told with its addresses and which of them is the primary one", async () => {
  const { clerk, received } = await setUp();
  const { user } = await clerk.send("created", MIA);
  expect(user.id).toMatch(/^user_/);
  const [first, second] = user.emails;
  expect(received).toMatchObject([
    {
      verdict: "believed",
      event: {
        type: "user.created",
        object: "event",
        instance_id: expect.stringMatching(/^ins_/),
        timestamp: expect.any(Number),
        data: {
          id: user.id,
          object: "user",
          username: "mia",
          first_name: "Mia",
          last_name: "Fischer",
          image_url: user.imageUrl,
          primary_email_address_id: first?.id,
          email_addresses: [
            {
              id: first?.id,
              email_address: "mia@example.com",
              verification: { status: "verified" },
            },
            {
              id: second?.id,
              email_address: "mia@work.example",
              verification: { status: "unverified" },
            },
          ],
          created_at: user.createdAt,
          updated_at: user.updatedAt,
        },
      },
    },
  ]);
});

test("A change is told whole: what was not changed is as before", async () => {
  const { clerk, clock, received } = await setUp();
  const { user } = await clerk.send("created", MIA);
  clock.movedMs = 60_000;
  await clerk.send("updated", { id: user.id, firstName: "Amelia" });
  await clerk.send("updated", { id: user.id, emails: [{ address: "mia@work.example" }] });
  expect(received.map(({ event }) => event["data"])).toMatchObject([
    { first_name: "Mia" },
    { first_name: "Amelia", last_name: "Fischer", email_addresses: [{}, {}] },
    {
      first_name: "Amelia",
      created_at: user.createdAt,
      primary_email_address_id: user.emails[1]?.id,
      email_addresses: [{ id: user.emails[1]?.id, verification: { status: "verified" } }],
    },
  ]);
  expect(clerk.users()[0]?.updatedAt).toBeGreaterThan(user.createdAt);
});

test("Of a deleted user the webhook has the id and nothing else", async () => {
  const { clerk, received } = await setUp();
  const { user } = await clerk.send("created", MIA);
  await clerk.send("deleted", { id: user.id });
  expect(received[1]?.event).toMatchObject({ type: "user.deleted" });
  expect(received[1]?.event["data"]).toEqual({ deleted: true, id: user.id, object: "user" });
  expect(clerk.users()).toEqual([]);
});

test("Who is changed or deleted must be named, and who is deleted must be known", async () => {
  const { clerk, received } = await setUp();
  await expect(clerk.send("updated", { firstName: "Mia" })).rejects.toThrow(/which user/);
  await expect(clerk.send("deleted", {})).rejects.toThrow(/which user/);
  await expect(clerk.send("deleted", { id: "user_0" })).rejects.toThrow(/user_0/);
  expect(received).toEqual([]);
});

test("Repeats, altered ones, wrong secrets and old ones arrive as they should", async () => {
  const { clerk, received } = await setUp();
  const { user, delivery } = await clerk.send("created", MIA, { times: 2 });
  await clerk.send("updated", { id: user.id }, { altered: true });
  await clerk.send("updated", { id: user.id }, { wrongSecret: true });
  await clerk.send("updated", { id: user.id }, { lateMs: 6 * 60_000 });
  expect(received.map(({ verdict }) => verdict)).toEqual([
    "believed",
    "believed",
    "No matching signature found",
    "No matching signature found",
    "Message timestamp too old",
  ]);
  expect(received[1]?.id).toBe(delivery.id);
});

test("A deletion can overtake the creation", async () => {
  const { clerk, received } = await setUp();
  clerk.hold();
  const { user } = await clerk.send("created", MIA);
  await clerk.send("deleted", { id: user.id });
  await clerk.release("newest-first");
  expect(received.map(({ event }) => event["type"])).toEqual(["user.deleted", "user.created"]);
});

import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../convex/external/publicAddress.ts";
import { getPublic } from "../../convex/external/publicFetch.ts";
import { internal } from "../../convex/_generated/api.js";
import { serve } from "../support/luma/serve.ts";
import { startPlaza } from "../support/convex/plaza.ts";

// What an admin points Plaza at is read from the public internet only.

const isAllowed = () => true;
const isPrivate = { error: "its address is not on the public internet" };

describe("addresses", () => {
  test.each(
    (
      "8.8.8.8 1.1.1.1 172.15.255.255 172.32.0.0 100.63.255.255 100.128.0.0 192.167.0.1 11.0.0.0 " +
      "223.255.255.255 2606:4700::1111 2001:4860:4860::8888 2a00:1450::1 [2606:4700::1111]"
    ).split(" "),
  )("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each(
    (
      "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 " +
      "192.168.1.1 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 255.255.255.255 " +
      ":: ::1 [::1] fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 " +
      "::ffff:7f00:1 64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1:: 2002:a9fe:a9fe::1 2001::1 " +
      "2001:db8::1 3fff::1 ::7f00:1 100::1 metadata localhost 256.1.1.1"
    ).split(" "),
  )("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("a request", () => {
  test.each(
    (
      "http://127.0.0.1 http://2130706433 http://0x7f000001 http://0177.0.0.1 http://127.1 http://0 " +
      "http://[::1] http://[::ffff:127.0.0.1] http://[::ffff:7f00:1] http://[64:ff9b::7f00:1] " +
      "http://[2002:7f00:1::] http://169.254.169.254 http://localhost"
    ).split(" "),
  )("to %s is refused before anything is sent", async (host) => {
    const { origin, seen } = await serve((_, response) => response.end("{}"));
    const url = new URL(`${host}:${new URL(origin).port}/latest/meta-data`);
    expect(await getPublic(url, { isAllowed })).toEqual(isPrivate);
    expect(seen).toEqual([]);
  });

  /** A resolver that gives one list of addresses after the other, the last one from then on. */
  const resolver = (...answers: string[][]) => {
    const asked: string[] = [];
    type Done = (error: null, found: { address: string; family: number }[]) => void;
    const resolve = (host: string, done: Done) => {
      asked.push(host);
      const found = answers[Math.min(asked.length, answers.length) - 1] ?? [];
      done(
        null,
        found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };
    return { asked, resolve };
  };

  test.each([
    ["a private address", ["127.0.0.1"]],
    ["a public and a private one", ["93.184.215.14", "10.0.0.1"]],
    ["the metadata service", ["169.254.169.254"]],
    ["a mapped address", ["::ffff:127.0.0.1"]],
  ])("to a name that resolves to %s is refused", async (_, addresses) => {
    const { origin, seen } = await serve((__, response) => response.end("{}"));
    const { resolve } = resolver(addresses);
    const url = new URL(`http://needs.example:${new URL(origin).port}/`);
    expect(await getPublic(url, { isAllowed, resolve })).toEqual(isPrivate);
    expect(seen).toEqual([]);
  });

  test("goes to the address that was checked, whatever the resolver says next", async () => {
    const { origin, seen } = await serve((_, response) => response.end('{"ok":true}'));
    const { resolve, asked } = resolver(["127.0.0.1"], ["127.0.0.99"]);
    const url = new URL(`http://needs.example:${new URL(origin).port}/needs.json`);
    // For this test the loopback address counts as a public one.
    const isPublic = (address: string) => address === "127.0.0.1";
    expect(await getPublic(url, { isAllowed, resolve, isPublic })).toEqual({ text: '{"ok":true}' });
    expect(asked).toEqual(["needs.example"]);
    expect(seen.map(({ headers }) => headers.host)).toEqual([url.host]);
  });

  test("does not follow a redirect to a private address, by number or by name", async () => {
    let location = "";
    const { origin, seen } = await serve((_, response) =>
      response.writeHead(302, { location }).end(),
    );
    const { port } = new URL(origin);
    const isPublic = (address: string) => address === "127.0.0.1";
    for (const target of ["127.0.0.2", "2130706434", "inside.example", "[::1]"]) {
      location = `http://${target}:${port}/`;
      const { resolve } = resolver(["127.0.0.1"], ["127.0.0.2"]);
      const url = new URL(`http://needs.example:${port}/`);
      expect(await getPublic(url, { isAllowed, resolve, isPublic })).toEqual(isPrivate);
    }
    expect(seen).toHaveLength(4);
  });

  test("ends in time and at a size", async () => {
    const isTrusted = () => true;
    const silent = await serve(() => undefined);
    const late = await getPublic(new URL(silent.origin), { isAllowed, isTrusted, limitMs: 20 });
    expect(late).toEqual({ error: "no answer in time" });
    const endless = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    expect(await getPublic(new URL(endless.origin), { isAllowed, isTrusted })).toEqual({
      error: "the answer is too large",
    });
  });
});

describe("the actions", () => {
  test.each(["https://needs.localhost/needs.json", "https://localhost.localdomain/needs.json"])(
    "the needs feed %s of this network is not read",
    async (url) => {
      const t = startPlaza();
      const read = await t.action(internal.external.publicFetch.get, { url, purpose: "needs" });
      expect(read).toHaveProperty("error");
    },
  );

  test("a geocoder in this network is not asked, one that is named as this machine is", async () => {
    const t = startPlaza();
    const { origin } = await serve((_, response) => response.end("[]"));
    const ask = async (url: string) =>
      await t.action(internal.external.publicFetch.get, { url, purpose: "geocoder" });
    expect(await ask(origin)).toEqual({ text: "[]" });
    expect(await ask("http://10.0.0.1/search")).toEqual(isPrivate);
    expect(await ask("http://169.254.169.254/search")).toEqual(isPrivate);
  });
});

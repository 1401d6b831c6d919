import { afterEach, expect, test, vi } from "vitest";

// `auth.config.ts` as Convex evaluates it: looking at a variable that is not set fails the push.

const modules = import.meta.glob<{ default: { providers: Record<string, string>[] } }>(
  "../../convex/auth.config.ts",
);
const jwks = '{"keys":[]}';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

async function providersWith(variables: Record<string, string>) {
  const env = new Proxy(variables, {
    get(target, name) {
      if (typeof name === "symbol") return undefined;
      if (!(name in target)) throw new Error(`${name} was looked at and is not set`);
      return target[name];
    },
    has(target, name) {
      if (!(name in target)) throw new Error(`${String(name)} was looked at and is not set`);
      return true;
    },
  });
  vi.stubGlobal("process", { ...process, env });
  vi.resetModules();
  const config = await Object.values(modules)[0]?.();
  return config?.default.providers.slice(1) ?? [];
}

const always = { PLAZA_BOT_JWKS: jwks };
const privy = {
  type: "customJwt",
  issuer: "privy.io",
  applicationID: "app-1",
  algorithm: "ES256",
  jwks: "https://auth.privy.io/api/v1/apps/app-1/jwks.json",
};
const clerk = { domain: "https://clerk.example.com", applicationID: "convex" };

test("without other providers, nothing else is looked at", async () => {
  expect(await providersWith({ ...always, IDENTITY_PROVIDERS: "none" })).toEqual([]);
});

test("each provider looks at its own variables, with or without a slash at the end", async () => {
  const withPrivy = { ...always, PRIVY_APP_ID: "app-1" };
  const withClerk = { ...always, CLERK_ISSUER: `${clerk.domain}/` };
  expect(await providersWith({ ...withPrivy, IDENTITY_PROVIDERS: "privy" })).toEqual([privy]);
  expect(await providersWith({ ...withClerk, IDENTITY_PROVIDERS: "clerk" })).toEqual([clerk]);
  const both = { ...withPrivy, ...withClerk, IDENTITY_PROVIDERS: "privy, clerk" };
  expect(await providersWith(both)).toEqual([privy, clerk]);
});

test("Privy's emulator is named with it", async () => {
  const IDENTITY_PROVIDERS = "privy@http://127.0.0.1:4321";
  const [provider] = await providersWith({ ...always, IDENTITY_PROVIDERS, PRIVY_APP_ID: "app-1" });
  expect(provider?.["jwks"]).toBe("http://127.0.0.1:4321/api/v1/apps/app-1/jwks.json");
});

test("what is named and not set fails the push, and never lets every app of Privy's in", async () => {
  const named = { ...always, IDENTITY_PROVIDERS: "privy" };
  await expect(providersWith(named)).rejects.toThrow("PRIVY_APP_ID");
  await expect(providersWith({ ...named, PRIVY_APP_ID: "" })).rejects.toThrow("PRIVY_APP_ID");
});

test.each(["privy@", "privy@ftp://127.0.0.1", "privy@http://a/b", "privy@http://a@b", "Privy", ""])(
  "what has another form is no provider: %s",
  async (IDENTITY_PROVIDERS) => {
    expect(await providersWith({ ...always, IDENTITY_PROVIDERS })).toEqual([]);
  },
);

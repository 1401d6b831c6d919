import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { randomBytes } from "node:crypto";
import { type Keys as DeploymentKeys, makeKeys as makeDeploymentKeys } from "../../keys.ts";

/**
 * What a sandbox keeps between two starts: Convex's data, the keys it is sealed with, and its
 * clock.
 */
type SandboxData = {
  keys: Keys;
  /** Convex's own file. */
  file: string;
  /** How far the clock had been moved, milliseconds. */
  offset: number;
  keepOffset(offset: number): void;
  /** Takes away what was only for this run. */
  close(): void;
};

const keptKeys = z.object({
  PLAZA_BOT_PRIVATE_KEY: z.string(),
  PLAZA_BOT_JWKS: z.string(),
  PLAZA_ENCRYPTION_KEY: z.string(),
  IDENTITY_PROVIDERS: z.literal("none"),
  adminKey: z.string(),
});

/** Whether a Plaza that runs keeps its data in this folder; one that was killed does not. */
export function isInUse(folder: string): boolean {
  const lock = join(folder, lockName);
  if (!existsSync(lock)) return false;
  try {
    // No signal is sent: it only says whether there is such a process.
    process.kill(Number(readFileSync(lock, "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}

const lockName = "in-use-by";

/** Opens a folder of data; without one, an empty one that goes with the sandbox. */
export async function openData(kept?: string): Promise<SandboxData> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), "plaza-"));
  makePrivate(folder);
  writeFileSync(join(folder, lockName), String(process.pid), { mode: 0o600 });
  const [keysFile, clockFile] = [join(folder, "keys.json"), join(folder, "clock.json")];
  const keys = existsSync(keysFile) ? keptKeys.parse(readJson(keysFile)) : await makeKeys();
  writeFileSync(keysFile, JSON.stringify(keys), { mode: 0o600 });
  return {
    keys,
    file: join(folder, "convex.sqlite"),
    offset: existsSync(clockFile) ? z.number().parse(readJson(clockFile)) : 0,
    keepOffset: (offset) => writeFileSync(clockFile, String(offset), { mode: 0o600 }),
    close() {
      if (kept === undefined) rmSync(folder, { recursive: true });
      else rmSync(join(folder, lockName), { force: true });
    },
  };
}

/** Makes a folder that nobody else can open, whatever it and the files in it were before. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isFile()) chmodSync(join(folder, entry.name), 0o600);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

export type Keys = DeploymentKeys & { adminKey: string };

/** Keys for a sandbox: `data.ts` keeps them with what they seal. */
async function makeKeys(): Promise<Keys> {
  return { ...(await makeDeploymentKeys()), adminKey: randomBytes(24).toString("base64url") };
}

import { randomBytes } from "node:crypto";
import { type Keys as DeploymentKeys, makeKeys as makeDeploymentKeys } from "../../keys.ts";

export type Keys = DeploymentKeys & { adminKey: string };

/** Keys for a sandbox: `data.ts` keeps them with what they seal. */
export async function makeKeys(): Promise<Keys> {
  return { ...(await makeDeploymentKeys()), adminKey: randomBytes(24).toString("base64url") };
}

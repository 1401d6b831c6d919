import { convexToJson } from "convex/values";
import type { Frame } from "./frames.ts";
import { reading, type AsyncOperations, type SyncOperations } from "./operations.ts";

const missing: Record<string, string> = {
  "1.0/signJwt": "This host has no key to sign tokens with: `ctx.auth.signJwt` is missing",
  "1.0/createServiceToken": "This host has no Convex services: `getServiceToken` is missing",
  "1.0/getServiceUrl": "This host has no Convex services: `getServiceUrl` is missing",
};

/** What functions ask about themselves and their caller. */
export function metaOperations(): { sync: SyncOperations; async: AsyncOperations } {
  return {
    sync: {
      "1.0/getSnapshotTs": (frame) =>
        JSON.stringify(convexToJson(reading(frame, "1.0/getSnapshotTs").transaction.snapshot)),
    },
    async: {
      "1.0/getUserIdentity": ({ auth }) => {
        if (auth.kind === "unverified") throw new Error(auth.reason);
        return JSON.stringify(auth.kind === "user" ? auth.identity : null);
      },
      "1.0/getTransactionMetrics": (frame) => {
        const { transaction } = reading(frame, "1.0/getTransactionMetrics");
        return JSON.stringify(transaction.usage.report());
      },
      "1.0/getFunctionMetadata": ({ path }) => JSON.stringify({ name: path, componentPath: "" }),
      "1.0/getDeploymentMetadata": () =>
        JSON.stringify({ name: "local", region: null, class: "s16" }),
      "1.0/getRequestMetadata": (frame) => {
        if (frame.kind === "query") {
          throw new Error("Queries are not told about requests: their results outlive them");
        }
        return JSON.stringify({ ...unknownRequest, ...frame.request });
      },
      // There is no audit log to keep; what is written to it is for nobody on this machine.
      "1.0/auditLog": () => "null",
      ...Object.fromEntries(
        Object.entries(missing).map(([operation, message]) => [
          operation,
          (_frame: Frame): string => {
            throw new Error(message);
          },
        ]),
      ),
    },
  };
}

/** What an engine is not told of the requests it serves. */
const unknownRequest = { ip: null, userAgent: null, authToken: null };

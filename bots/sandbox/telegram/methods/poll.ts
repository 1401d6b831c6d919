import { flagParam, jsonParam, numberParam } from "../params.ts";
import type { Methods } from "./index.ts";

// Telegram lets nobody wait longer.
const LONGEST_SECONDS = 50;

export const pollMethods: Methods = {
  getUpdates(world, { params, onClose }) {
    const allowed = jsonParam(params, "allowed_updates");
    const limit = numberParam(params, "limit") ?? 100;
    return world.updates.take({
      offset: numberParam(params, "offset") ?? 0,
      limit: limit < 1 || limit > 100 ? 100 : limit,
      timeoutMs: Math.min(numberParam(params, "timeout") ?? 0, LONGEST_SECONDS) * 1000,
      ...(Array.isArray(allowed) && { allowed: allowed.map(String) }),
      onClose,
    });
  },
  deleteWebhook(world, { params }) {
    if (flagParam(params, "drop_pending_updates")) world.updates.clear();
    return true;
  },
  getWebhookInfo: (world) => ({
    url: "",
    has_custom_certificate: false,
    pending_update_count: world.updates.pending(),
  }),
};

import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";

/** What a lease hands to a bot: one delivery, and for whom it is written. */
export type LeasedDelivery = FunctionReturnType<typeof api.deliveries.lease>[number];
export type DeliveryPayload = LeasedDelivery["payload"];
export type PayloadKind = DeliveryPayload["kind"];
/** The payload of one kind. */
export type PayloadOf<Kind extends PayloadKind> = Extract<DeliveryPayload, { kind: Kind }>;

import { type Infer, v } from "convex/values";
import * as admit from "./admit.ts";
import * as announce from "./announce.ts";
import * as board from "./board.ts";
import * as card from "./card.ts";
import * as charity from "./charity.ts";
import * as distribution from "./distribution.ts";
import * as notice from "./notice.ts";
import * as retire from "./retire.ts";
import * as role from "./role.ts";
import * as scheduledEvent from "./scheduledEvent.ts";

/** Every delivery kind: a module each, which says what it does otherwise than `defaults.ts`. */
export const modules = {
  admit,
  announce,
  board,
  card,
  charity,
  distribution,
  notice,
  retire,
  role,
  scheduledEvent,
};

type Name = keyof typeof modules;
type Module = (typeof modules)[Name];
const names = Object.keys(modules) as Name[];

/** What is stored of a delivery's kind. */
export const deliveryTask = v.union(...names.map((name): Module["task"] => modules[name].task));

/** What a bot is told of it when it is leased. */
export const deliveryPayload = v.union(
  ...names.map((name): Module["payload"] => modules[name].payload),
);
export type DeliveryPayload = Infer<typeof deliveryPayload>;

import type { Routes } from "../wire/router.ts";
import { accountRoutes } from "./account.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { eventRoutes } from "./events.ts";
import { guildRoutes } from "./guild.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { pinRoutes } from "./pins.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Routes that need the bot's token in the header. */
export const closedRoutes: Routes = {
  ...accountRoutes,
  ...channelRoutes,
  ...commandRoutes,
  ...eventRoutes,
  ...guildRoutes,
  ...messageRoutes,
  ...pinRoutes,
};

/** Routes whose path carries a token of its own. */
export const openRoutes: Routes = { ...interactionRoutes, ...webhookRoutes };

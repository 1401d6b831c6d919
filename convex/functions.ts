import { customAction, customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { action, mutation, query } from "./_generated/server.js";
import { requireAdmin, requireBot, requireChatAccount } from "./model/caller.ts";

// Every public function is built from one of these: its name says who may call it. The guards run
// before the handler, and hand it the caller.

/** Anyone, signed in or not: what is public anyway. */
export const publicQuery = query;

const asChatAccount = {
  args: {},
  input: async (ctx: Parameters<typeof requireChatAccount>[0]) => ({
    ctx: { caller: await requireChatAccount(ctx) },
    args: {},
  }),
};
const asAdmin = {
  args: {},
  input: async (ctx: Parameters<typeof requireAdmin>[0]) => ({
    ctx: { caller: await requireAdmin(ctx) },
    args: {},
  }),
};
const asBot = {
  args: {},
  input: async (ctx: Parameters<typeof requireBot>[0]) => ({
    ctx: { bot: await requireBot(ctx) },
    args: {},
  }),
};

export const chatQuery = customQuery(query, asChatAccount);
export const chatMutation = customMutation(mutation, asChatAccount);
export const adminQuery = customQuery(query, asAdmin);
export const adminMutation = customMutation(mutation, asAdmin);
export const adminAction = customAction(action, asAdmin);
export const botQuery = customQuery(query, asBot);
export const botMutation = customMutation(mutation, asBot);

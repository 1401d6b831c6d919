// An emulator of Discord: REST and gateway for an unmodified discord.js, and actions of people.

import type { APIApplicationCommand, APIGuildScheduledEvent } from "discord-api-types/v10";
import { WebSocketServer } from "ws";
import {
  defaultWaitMs,
  type Person,
  type ChatEmulator,
  type ChatEmulatorOptions,
} from "../contract.ts";
import type { Message, Stored, World } from "./world.ts";
import { createWorld } from "./createWorld.ts";
import { archiveThread, channelAt, deletePlace, openPlace } from "./channels.ts";
import { gatewayFaults, type GatewayFaults, greet } from "./gateway.ts";
import { deleteMessage } from "./messages.ts";
import { eventsNow } from "./routes/events.ts";
import { addRole, deleteRole, renameRole } from "./routes/guild.ts";
import { seemsBusy, transcriptOf } from "./transcript.ts";
import { act, leave, setInGuild } from "./actions/act.ts";
import { listenOnLoopback } from "../http/server.ts";
import { serveRest } from "./wire/server.ts";

export { isAdmin } from "./people.ts";

/** What only the Discord emulator can do. */
export type DiscordExtras = {
  applicationId: string;
  guildId: string;
  gateway: GatewayFaults;
  /** Discord's rate limits, off until asked for. */
  limitRates(on: boolean): void;
  /** The registered commands: global, or of the guild. */
  commands(guildId?: string): APIApplicationCommand[];
  /** The scheduled events of the guild. */
  events(): APIGuildScheduledEvent[];
  addRole(name: string): string;
  rolesOf(person: string): string[];
  /** Sets what the bot may do in the guild. */
  permit(permissions: bigint): void;
  leave(person: string): boolean;
  /** Throws the bot out of the guild, or lets it back in. */
  setInGuild(inside: boolean): void;
  deletePlace(key: string): boolean;
  /** Archives a thread; a locked one is opened again by moderators alone. */
  archive(key: string, how?: { locked?: boolean }): void;
  /** Deletes a message as a moderator would. */
  deleteMessage(query: { in: string; as: string; id: string }): boolean;
  /** Takes a role out of the guild, and from everybody who has it. */
  deleteRole(id: string): boolean;
  renameRole(id: string, name: string): boolean;
  /** The message as the API has it, with the mentions it was allowed. */
  message(query: { in: string; as: string; id: string }): Kept | undefined;
};

export type Kept = { message: Message; allowedMentions?: Stored["allowedMentions"] };
export type DiscordEmulator = ChatEmulator & DiscordExtras;

/** Starts listening on loopback; `url` and `token` are what discord.js is given. */
export async function startDiscordEmulator(options: ChatEmulatorOptions): Promise<DiscordEmulator> {
  const world = createWorld(options);
  for (const place of options.places) openPlace(world, place);
  const server = await listenOnLoopback({
    name: "discord",
    port: options.port,
    wrongHostStatus: 403,
  });
  world.base = server.url;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  server.serve({
    request: (request, response) => serveRest(world, request, response),
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? "/", "ws://localhost");
      const isGateway = url.pathname === "/gateway" || url.pathname === "/gateway/";
      if (!isGateway) socket.destroy();
      else sockets.handleUpgrade(request, socket, head, (client) => greet(world, client, url));
    },
  });
  return {
    ...common(world, options.waitMs),
    ...extras(world),
    async close() {
      for (const client of sockets.clients) client.terminate();
      await server.close({ finishesRequests: true });
    },
  };
}

function common(world: World, longestWaitMs = defaultWaitMs): Omit<ChatEmulator, "close"> {
  const at = ({ in: place, as }: { in: string; as: string }) => {
    const person = world.people.get(as);
    const channel = person && channelAt(world, place, person);
    if (!channel) return undefined;
    const outside = !channel.person && !world.members.has(person.discordId);
    return outside ? undefined : { person, channel };
  };
  return {
    platform: "discord",
    url: `${world.base}/api`,
    token: world.token,
    people: () => [...world.people.values()],
    places: () => [...world.places.values()],
    addPlace: (place) => openPlace(world, place),
    act: (wanted, waitMs = longestWaitMs) => act(world, wanted, waitMs),
    transcript: (query) => {
      const found = at(query);
      return found ? transcriptOf(found.channel, found.person) : [];
    },
    isTyping: (query) => {
      const found = at(query);
      return found !== undefined && seemsBusy(world, found.channel, found.person);
    },
    file: (id) => world.files.get(/\/attachments\/\d+\/(\d+)\//.exec(id)?.[1] ?? id),
    fault: (fault) => world.faults.add(fault),
    faults: () => world.faults.list(),
    onChange: world.listeners.add,
    requests: () => world.requests.list(),
  };
}

function extras(world: World): DiscordExtras {
  const personCalled = (key: string): Person | undefined => world.people.get(key);
  return {
    applicationId: world.botId,
    guildId: world.guildId,
    gateway: gatewayFaults(world),
    limitRates: (on) => {
      world.rates.on = on;
    },
    commands: (guildId = "") => world.commands.get(guildId) ?? [],
    events: () => eventsNow(world),
    addRole: (name) => addRole(world, name).id,
    rolesOf: (key) => [...(world.members.get(personCalled(key)?.discordId ?? "")?.roles ?? [])],
    permit: (permissions) => {
      world.botPermissions = permissions;
    },
    leave: (key) => {
      const person = personCalled(key);
      return person !== undefined && leave(world, person);
    },
    setInGuild: (inside) => setInGuild(world, inside),
    deletePlace: (key) => deletePlace(world, key),
    archive: (key, how) => {
      const channel = world.channelOfPlace.get(key);
      if (channel) archiveThread(channel, how);
    },
    deleteMessage: ({ in: place, as, id }) => {
      const person = personCalled(as);
      const stored = person && channelAt(world, place, person)?.messages.get(id);
      if (!stored || stored.deleted) return false;
      deleteMessage(world, stored);
      return true;
    },
    deleteRole: (id) => deleteRole(world, id),
    renameRole: (id, name) => renameRole(world, id, name),
    message: ({ in: place, as, id }) => {
      const person = personCalled(as);
      const stored = person && channelAt(world, place, person)?.messages.get(id);
      if (!stored) return undefined;
      const { message, allowedMentions } = stored;
      return { message, ...(allowedMentions && { allowedMentions }) };
    },
  };
}

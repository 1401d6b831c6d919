import { Client, Events, GatewayIntentBits } from "discord.js";

// The least a discord.js bot can do: one slash command, always the same answer.

const { BOT_TOKEN = "", API_ROOT = "" } = process.env;

const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: API_ROOT } });
client.on(Events.InteractionCreate, (interaction) => {
  if (interaction.isChatInputCommand()) void interaction.reply("pong");
});
client.once(Events.ClientReady, ({ application }) => {
  void application.commands
    .set([{ name: "events", description: "What is on" }])
    .then(() => console.log("ready"));
});
await client.login(BOT_TOKEN);

import type { FunctionReturnType } from "convex/server";
import { isOptionName, readSwitch } from "../../texts/synonyms.ts";
import { api } from "../../../convex/_generated/api.js";
import { type Form, labelled, type Line } from "../../messages/message.ts";
import { cleanName } from "../../messages/sanitize.ts";
import { namesOf, type Organization, organizations, resolveOrganization } from "./organizations.ts";
import { readLanguage, zoneOption } from "../account/settings.ts";
import { reply, withLinesBefore } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

const mirrorChoices = ["on", "off"] as const;
const actions = ["show", "add", "change", "mirror", "key"] as const;
type Action = (typeof actions)[number];

export const org: Command = {
  name: "org",
  describe: "command.org",
  ephemeral: true,
  for: "admin",
  options: [
    { name: "action", describe: "option.action", choices: actions, read: readActionName },
    { name: "org", describe: "option.org" },
    { name: "name", describe: "option.name" },
    { name: "city", describe: "option.city" },
    zoneOption,
    { name: "language", describe: "option.language", choices: ["en", "es"], read: readLanguage },
    { name: "luma", describe: "option.luma" },
    { name: "role", describe: "option.member-role" },
    { name: "mirror", describe: "option.mirror", choices: mirrorChoices, read: readSwitch },
    { name: "key", describe: "option.key" },
  ],
  async run(ctx) {
    const { action, words: said } = readAction(ctx);
    const [first] = said;
    // "/org mirror on plaza": the switch, then the organization.
    const isSwitch = action === "mirror" && readSwitch(first) !== undefined;
    const words = isSwitch ? said.slice(1) : said;
    if (action === "add") return await add(ctx, words);
    const all = await organizations(ctx);
    const wanted = ctx.args.named["org"] ?? words.join(" ");
    const resolved = wanted
      ? await resolveOrganization(ctx, wanted, { actionOf: (orgId) => `org|${orgId}` })
      : undefined;
    if (resolved && "ask" in resolved) return resolved.ask;
    const found = resolved?.found ?? (all.length === 1 ? all[0] : undefined);
    if (!found) return unknown(ctx, all, action);
    if (action === "change") return await change(ctx, found);
    if (action === "key") return await key(ctx, found);
    if (action === "mirror")
      return await setMirror(
        ctx,
        found,
        ctx.args.named["mirror"] ?? (isSwitch ? first : undefined),
      );
    return await show(ctx, found);
  },
  actions: { org: orgAction },
  // Only ever a modal: a secret is not asked for in a dialog.
  forms: {
    key: {
      show: keyModal,
      submit: async (ctx, orgId, { key: given = "" }) => submitKey(ctx, orgId, given),
    },
  },
};

function readAction({ args }: CommandContext): { action: Action; words: readonly string[] } {
  const given = args.named["action"] ?? args.words[0];
  const action = readActionName(given ?? "");
  const words = action && args.named["action"] === undefined ? args.words.slice(1) : args.words;
  const { key, mirror } = args.named;
  const changes = hasChanges(args.named) ? "change" : "show";
  const implied = key !== undefined ? "key" : mirror === undefined ? changes : "mirror";
  return { action: action ?? implied, words };
}

function readActionName(typed: string): Action | undefined {
  if (isOptionName("mirror", typed)) return "mirror";
  return actions.find((name) => name === typed.toLowerCase());
}

function hasChanges(named: Readonly<Record<string, string>>): boolean {
  return ["name", "city", "zone", "language", "luma", "role"].some(
    (name) => named[name] !== undefined,
  );
}

function unknown({ t }: CommandContext, all: Organization[], action: Action): Reply {
  const names = namesOf(all);
  if (all.length === 0)
    return reply({ lines: [[t("org.none", { example: t("org.none.example") })]] });
  return reply({
    title: t("org.title"),
    lines: [[t("org.which", { names })]],
    ...(action === "show" && {
      buttons: all
        .slice(0, 20)
        .map((one) => [{ label: cleanName(one.name, 60), action: `org|${one._id}` }]),
    }),
  });
}

/** The named options, as the arguments of the Convex functions. */
function fieldsOf({ args }: CommandContext) {
  const { name, city, zone, language, luma } = args.named;
  const locale = language === undefined ? undefined : readLanguage(language);
  return {
    ...(name !== undefined && { name }),
    ...(city !== undefined && { city }),
    ...(zone !== undefined && { timezone: zone }),
    ...(locale !== undefined && { locale }),
    ...(luma !== undefined && { luma }),
  };
}

async function add(ctx: CommandContext, words: readonly string[]): Promise<Reply> {
  const { t, backend, reader } = ctx;
  const fields = { name: words.join(" "), ...fieldsOf(ctx) };
  if (!fields.name.trim())
    return reply({ lines: [[t("org.name-missing", { example: t("org.none.example") })]] });
  const orgId = await backend.mutation(api.organizations.add, {
    timezone: reader.timezone,
    locale: reader.locale,
    ...fields,
  });
  const added = t("org.added", { name: cleanName(fields.name, 80) });
  return reply({
    lines: [[added], ...(fields.luma ? [[t("org.added.sync")]] : [])],
    ...(fields.luma && {
      buttons: [
        [{ label: t("button.sync", { org: cleanName(fields.name, 40) }), action: `sync|${orgId}` }],
      ],
    }),
  });
}

async function change(ctx: CommandContext, found: Organization): Promise<Reply> {
  const fields = fieldsOf(ctx);
  const { role } = ctx.args.named;
  if (Object.keys(fields).length === 0 && role === undefined)
    return reply({ lines: [[ctx.t("usage", { example: ctx.t("usage.org") })]] });
  if (role !== undefined) {
    const problem = await changeRole(ctx, found, role);
    if (problem) return problem;
  }
  if (Object.keys(fields).length > 0)
    await ctx.backend.mutation(api.organizations.change, { orgId: found._id, ...fields });
  const shown = await show(ctx, found);
  const changed = ctx.t("org.changed", { name: cleanName(found.name, 80) });
  return withLinesBefore(shown, [[changed]]);
}

/** The role is one of a Discord server: it is named there. "<@&123>" is how Discord writes it. */
async function changeRole(ctx: CommandContext, found: Organization, written: string) {
  const role = /^<@&(\d+)>$/.exec(written.trim())?.[1] ?? written.trim();
  const { guildId } = ctx.chat;
  const member = role === "none" ? null : guildId === undefined ? undefined : { guildId, role };
  if (member === undefined)
    return reply({ lines: [[ctx.t("org.role.where")]] }, { ephemeral: true });
  await ctx.backend.mutation(api.organizations.setMemberRole, { orgId: found._id, member });
  return null;
}

/** A key is a secret: only in private, and the message that holds it is deleted. */
async function key(ctx: CommandContext, found: Organization): Promise<Reply> {
  const { t, chat, backend, args } = ctx;
  const given = args.named["key"];
  const isPrivate = chat.kind === "private";
  if (given !== undefined && !isPrivate)
    return reply({ lines: [[t("org.key.private")]] }, { ephemeral: true, deletesRequest: true });
  if (given === undefined) return keyForm(ctx, found);
  const isRemoval = given === "none";
  await backend.storeLumaKey(found.slug, isRemoval ? null : given);
  const text = isRemoval ? "org.key.removed" : "org.key.saved";
  return reply(
    {
      lines: [[t(text, { name: cleanName(found.name, 80) })]],
    },
    { ephemeral: true, deletesRequest: true },
  );
}

function keyForm(ctx: CommandContext, found: Organization): Reply {
  const { t, chat } = ctx;
  const example = t("org.key.how.example", { slug: found.slug });
  const how = chat.kind === "private" ? t("org.key.how", { example }) : t("org.key.private");
  return reply(
    {
      lines: [[how]],
      form: keyModal(ctx, found._id, cleanName(found.name, 30)),
    },
    { ephemeral: true },
  );
}

function keyModal({ t }: CommandContext, orgId: string, name?: string): Form {
  return {
    id: `key|${orgId}`,
    isSecret: true,
    title: name === undefined ? t("org.key") : t("org.key.title", { name }),
    fields: [{ id: "key", label: t("org.key"), maxLength: 500, isRequired: true }],
  };
}

/** Stores the key from the modal, which only one person saw. */
async function submitKey(ctx: CommandContext, orgId: string, given: string): Promise<Reply> {
  const found = (await organizations(ctx)).find((one) => one._id === orgId);
  if (!found) return reply({ lines: [[ctx.t("refusal.no-such-organization")]] });
  await ctx.backend.storeLumaKey(found.slug, given);
  const saved = ctx.t("org.key.saved", { name: cleanName(found.name, 80) });
  return reply({ lines: [[saved]] }, { ephemeral: true });
}

/** The action of an organization's name: `org|<id>`. */
async function orgAction(ctx: CommandContext, [orgId]: readonly string[]): Promise<Reply> {
  const found = (await organizations(ctx)).find((one) => one._id === orgId);
  if (!found) return reply({ lines: [[ctx.t("refusal.no-such-organization")]] });
  return await show(ctx, found);
}

async function show(ctx: CommandContext, { _id: orgId }: Organization): Promise<Reply> {
  const { t, backend } = ctx;
  const org = await backend.query(api.organizations.show, { orgId });
  const calendar = org.lumaCalendarUrl ?? org.lumaCalendarId ?? t("channel.none");
  const last = org.lastSync;
  return reply({
    title: cleanName(org.name, 80),
    lines: [
      [{ code: org.slug }],
      ...(org.city ? [labelled(t("org.city"), cleanName(org.city, 60))] : []),
      ...(org.discordMemberRole
        ? [labelled(t("org.role"), cleanName(org.discordMemberRole, 60))]
        : []),
      ...mirrorLines(org, ctx),
      labelled(t("org.zone"), org.timezone),
      labelled(t("org.language"), t(`language.${org.locale}`)),
      labelled(t("org.calendar"), calendar),
      labelled(t("org.key"), t(org.hasLumaKey ? "org.key.yes" : "org.key.no")),
      last
        ? [
            { bold: t("org.last-sync") },
            ": ",
            { time: last.at, style: "full" },
            ` (${last.result})`,
          ]
        : labelled(t("org.last-sync"), t("org.never")),
    ],
    buttons: [
      [{ label: t("button.sync", { org: cleanName(org.name, 40) }), action: `sync|${orgId}` }],
    ],
  });
}

type Shown = FunctionReturnType<typeof api.organizations.show>;

/** Puts an organization's events among a Discord server's own, or takes them away from there. */
async function setMirror(ctx: CommandContext, org: Organization, word?: string): Promise<Reply> {
  const { t, backend, chat } = ctx;
  const isOn = readSwitch(word);
  if (isOn === undefined)
    return reply({ lines: [[t("usage", { example: t("usage.org.mirror") })]] });
  const { guildId } = chat;
  await backend.mutation(api.scheduledEvents.set, {
    orgId: org._id,
    isOn,
    ...(guildId !== undefined && { guildId }),
  });
  const name = cleanName(org.name, 80);
  return reply({ lines: [[t(isOn ? "org.mirror.on" : "org.mirror.off", { name })]] });
}

/** The state of the scheduled events, for `/org`; nothing where they were never turned on. */
function mirrorLines({ mirrorsEvents, mirrorOffReason }: Shown, { t }: CommandContext): Line[] {
  if (mirrorsEvents) return [labelled(t("org.mirror"), t("org.mirror.yes"))];
  if (mirrorOffReason === undefined) return [];
  return [labelled(t("org.mirror"), t("org.mirror.stopped", { reason: mirrorOffReason }))];
}

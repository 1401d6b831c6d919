import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import type { Call, Command } from "./command.ts";
import { mirrorChoices, mirrorLines, mirrorNames, readSwitch, setMirror } from "./orgMirror.ts";
import { findOrganization, namesOf, type Organization, organizations } from "./organizations.ts";
import { languageNames, readLanguage, zoneNames } from "./settings.ts";

const actions = ["show", "add", "change", "mirror", "key"] as const;
type Action = (typeof actions)[number];

export const org: Command = {
  name: "org",
  describe: "command.org",
  isPrivate: true,
  for: "admin",
  options: [
    { name: "action", describe: "option.action", choices: actions },
    { name: "org", describe: "option.org" },
    { name: "name", describe: "option.name" },
    { name: "city", describe: "option.city" },
    { name: "zone", aliases: zoneNames, describe: "option.zone" },
    {
      name: "language",
      aliases: languageNames,
      describe: "option.language",
      choices: ["en", "es"],
    },
    { name: "luma", describe: "option.luma" },
    { name: "role", aliases: ["rol"], describe: "option.member-role" },
    { name: "mirror", aliases: mirrorNames, describe: "option.mirror", choices: mirrorChoices },
    { name: "key", describe: "option.key" },
  ],
  async run(call) {
    const { action, words: said } = readAction(call);
    const [first] = said;
    // "/org mirror on plaza": the switch, then whose.
    const isSwitch = action === "mirror" && readSwitch(first) !== undefined;
    const words = isSwitch ? said.slice(1) : said;
    const all = await organizations(call);
    if (action === "add") return await add(call, words);
    const wanted = call.args.named["org"] ?? words.join(" ");
    const found = wanted ? findOrganization(all, wanted) : all.length === 1 ? all[0] : undefined;
    if (!found) return unknown(call, wanted, all, action);
    if (action === "change") return await change(call, found);
    if (action === "key") return await key(call, found);
    if (action === "mirror")
      return await setMirror(
        call,
        found,
        call.args.named["mirror"] ?? (isSwitch ? first : undefined),
      );
    return await show(call, found);
  },
};

function readAction({ args }: Call): { action: Action; words: readonly string[] } {
  const given = args.named["action"] ?? args.words[0];
  const word = given?.toLowerCase() ?? "";
  const action = mirrorNames.some((name) => name === word)
    ? "mirror"
    : actions.find((name) => name === word);
  const words = action && args.named["action"] === undefined ? args.words.slice(1) : args.words;
  const { key, mirror } = args.named;
  const changes = hasChanges(args.named) ? "change" : "show";
  const implied = key !== undefined ? "key" : mirror === undefined ? changes : "mirror";
  return { action: action ?? implied, words };
}

function hasChanges(named: Readonly<Record<string, string>>): boolean {
  return ["name", "city", "zone", "language", "luma", "role"].some(
    (name) => named[name] !== undefined,
  );
}

function unknown({ t }: Call, wanted: string, all: Organization[], action: Action): Message {
  const names = namesOf(all);
  if (all.length === 0) return { lines: [[t("org.none", { example: t("org.none.example") })]] };
  if (wanted) return { lines: [[t("org.unknown", { name: cleanName(wanted, 60), names })]] };
  return {
    title: t("org.title"),
    lines: [[t("org.which", { names })]],
    ...(action === "show" && {
      buttons: all
        .slice(0, 20)
        .map((one) => [{ label: cleanName(one.name, 60), press: `org|${one._id}` }]),
    }),
  };
}

/** What was given by name, in the words of the functions. */
function fieldsOf({ args, reader }: Call) {
  const { name, city, zone, language, luma } = args.named;
  const locale = language === undefined ? undefined : (readLanguage(language) ?? reader.locale);
  return {
    ...(name !== undefined && { name }),
    ...(city !== undefined && { city }),
    ...(zone !== undefined && { timezone: zone }),
    ...(locale !== undefined && { locale }),
    ...(luma !== undefined && { luma }),
  };
}

async function add(call: Call, words: readonly string[]): Promise<Message> {
  const { t, plaza, reader } = call;
  const fields = { name: words.join(" "), ...fieldsOf(call) };
  if (!fields.name.trim())
    return { lines: [[t("org.name-missing", { example: t("org.none.example") })]] };
  const orgId = await plaza.mutation(api.organizations.add, {
    timezone: reader.timezone,
    locale: reader.locale,
    ...fields,
  });
  const added = t("org.added", { name: cleanName(fields.name, 80) });
  return {
    lines: [[added], ...(fields.luma ? [[t("org.added.sync")]] : [])],
    ...(fields.luma && {
      buttons: [
        [{ label: t("button.sync", { org: cleanName(fields.name, 40) }), press: `sync|${orgId}` }],
      ],
    }),
  };
}

async function change(call: Call, found: Organization): Promise<Message> {
  const fields = fieldsOf(call);
  const { role } = call.args.named;
  if (Object.keys(fields).length === 0 && role === undefined)
    return { lines: [[call.t("usage", { example: call.t("usage.org") })]] };
  if (role !== undefined) {
    const problem = await changeRole(call, found, role);
    if (problem) return problem;
  }
  if (Object.keys(fields).length > 0)
    await call.plaza.mutation(api.organizations.change, { orgId: found._id, ...fields });
  const shown = await show(call, found);
  const changed = call.t("org.changed", { name: cleanName(found.name, 80) });
  return { ...shown, lines: [[changed], ...(shown.lines ?? [])] };
}

/** The role is one of a Discord server: it is named there. "<@&123>" is how Discord writes it. */
async function changeRole(call: Call, found: Organization, written: string) {
  const role = /^<@&(\d+)>$/.exec(written.trim())?.[1] ?? written.trim();
  const { guildId } = call.chat;
  const member = role === "none" ? null : guildId === undefined ? undefined : { guildId, role };
  if (member === undefined) return { lines: [[call.t("org.role.where")]], isPrivate: true };
  await call.plaza.mutation(api.organizations.setMemberRole, { orgId: found._id, member });
  return null;
}

/** A key is a secret: only in private, and the message that holds it is deleted. */
async function key(call: Call, found: Organization): Promise<Message> {
  const { t, chat, plaza, args } = call;
  const given = args.named["key"];
  const isPrivate = chat.kind === "private";
  if (given !== undefined && !isPrivate)
    return { lines: [[t("org.key.private")]], isPrivate: true, hidesRequest: true };
  if (given === undefined) return keyForm(call, found);
  const isRemoval = given === "none";
  await plaza.storeLumaKey(found.slug, isRemoval ? null : given);
  const text = isRemoval ? "org.key.removed" : "org.key.saved";
  return {
    lines: [[t(text, { name: cleanName(found.name, 80) })]],
    isPrivate: true,
    hidesRequest: true,
  };
}

function keyForm({ t, chat }: Call, found: Organization): Message {
  const example = t("org.key.how.example", { slug: found.slug });
  const how = chat.kind === "private" ? t("org.key.how", { example }) : t("org.key.private");
  return {
    lines: [[how]],
    isPrivate: true,
    form: {
      id: `key|${found._id}`,
      isSecret: true,
      title: t("org.key.title", { name: cleanName(found.name, 30) }),
      fields: [{ id: "key", label: t("org.key"), longest: 500, isRequired: true }],
    },
  };
}

/** The dialog came back: it was shown to one person only. */
export async function submitKey(call: Call, orgId: string, given: string): Promise<Message> {
  const found = (await organizations(call)).find((one) => one._id === orgId);
  if (!found) return { lines: [[call.t("refusal.no-such-organization")]] };
  await call.plaza.storeLumaKey(found.slug, given);
  const saved = call.t("org.key.saved", { name: cleanName(found.name, 80) });
  return { lines: [[saved]], isPrivate: true };
}

/** A press of an organization's name: `org|<id>`. */
export async function pressOrg(call: Call, [orgId]: readonly string[]): Promise<Message> {
  const found = (await organizations(call)).find((one) => one._id === orgId);
  if (!found) return { lines: [[call.t("refusal.no-such-organization")]] };
  return await show(call, found);
}

async function show(call: Call, { _id: orgId }: Organization): Promise<Message> {
  const { t, plaza } = call;
  const org = await plaza.query(api.organizations.show, { orgId });
  const calendar = org.lumaCalendarUrl ?? org.lumaCalendarId ?? t("channel.none");
  const last = org.lastSync;
  return {
    title: cleanName(org.name, 80),
    lines: [
      [{ code: org.slug }],
      ...(org.city ? [labelled(t("org.city"), cleanName(org.city, 60))] : []),
      ...(org.discordMemberRole
        ? [labelled(t("org.role"), cleanName(org.discordMemberRole, 60))]
        : []),
      ...mirrorLines(org, call),
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
      [{ label: t("button.sync", { org: cleanName(org.name, 40) }), press: `sync|${orgId}` }],
    ],
  };
}

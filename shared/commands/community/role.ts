import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Id } from "../../../convex/_generated/dataModel.js";
import type { Line } from "../../messages/message.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import { reply, withLinesBefore } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";
import { isNameOrHandle, resolve } from "../resolve.ts";

const roles = ["member", "moderator", "admin"] as const;
const events = ["suspend", "ban", "restore"] as const;
const changes = [...roles, ...events] as const;
type Change = (typeof changes)[number];
/** What gives rights to a stranger or takes somebody's access away, if the wrong person is meant. */
const needsConsent: ReadonlySet<Change> = new Set(["moderator", "admin", "suspend", "ban"]);
type Person = FunctionReturnType<typeof api.users.find>[number];

export const role: Command = {
  name: "role",
  describe: "command.role",
  for: "admin",
  ephemeral: true,
  where: "hidden",
  options: [
    { name: "who", describe: "option.who" },
    { name: "role", describe: "option.role", choices: changes, read: readChange },
  ],
  async run(ctx) {
    const { named, words } = ctx.args;
    const typed = named["who"] ?? words.join(" ");
    if (!typed.trim()) return reply({ lines: [[usage(ctx)]] }, { ephemeral: true });
    const option = readChange(named["role"]);
    // "Ki Ban" is a name where somebody is called so, and else a ban of Ki.
    const last = named["role"] === undefined ? readChange(words.at(-1)) : undefined;
    const whole = await people(ctx, typed);
    const isName = last === undefined || whole.some((person) => isNameOrHandle(person, typed));
    const who = isName ? typed : words.slice(0, -1).join(" ");
    const change = isName ? option : last;
    const resolved = await resolve<Person>({
      typed: who,
      find: async (name) => (isName ? whole : await people(ctx, name)),
      isExact: isNameOrHandle,
      none: () => nobody(ctx, who),
      which: (found) => choose(ctx, found, change),
    });
    if ("ask" in resolved) return resolved.ask;
    const { found } = resolved;
    if (!change) return describe(ctx, found);
    const isAsked = needsConsent.has(change) || !isNameOrHandle(found, who);
    return isAsked ? askBefore(ctx, found, change) : await apply(ctx, found._id, change);
  },
  actions: { role: roleAction },
};

async function people({ backend }: CommandContext, who: string): Promise<Person[]> {
  return await backend.query(api.users.find, { who });
}

/**
 * Its actions: `role|<user>` shows a user, `role|<user>|moderator` changes role or status, or asks
 * first, and `role|<user>|moderator|yes` has asked.
 */
async function roleAction(
  ctx: CommandContext,
  [userId = "", typed, consent]: readonly string[],
): Promise<Reply> {
  const person = await ctx.backend.query(api.users.get, { userId });
  if (!person) return nobody(ctx, "");
  const change = readChange(typed);
  const isAsked = change !== undefined && needsConsent.has(change) && consent !== "yes";
  const message = !change
    ? describe(ctx, person)
    : isAsked
      ? askBefore(ctx, person, change)
      : await apply(ctx, person._id, change);
  return reply(message, { editsMessage: true });
}

/** Asks before somebody gets rights or loses access, with what tells them from a namesake. */
function askBefore(ctx: CommandContext, person: Person, change: Change): Reply {
  const { t } = ctx;
  // Convex refuses it too; this is said before the question.
  if (ctx.person?.accessLevel !== "admin")
    return reply({ lines: [[t("refusal.admins-only")]] }, { ephemeral: true });
  const ask = t("role.ask", { change: t(`member-action.${change}`), name: shownName(person) });
  const action = `role|${person._id}`;
  return reply(
    {
      lines: [[{ bold: ask }], ...identityLines(ctx, person)],
      buttons: [
        [
          { label: t(`member-action.${change}`), action: `${action}|${change}|yes` },
          { label: t("button.cancel"), action },
        ],
      ],
    },
    { ephemeral: true },
  );
}

function shownName({ name }: Person): string {
  return cleanName(name, 64) || "?";
}

/** Names and usernames are chosen; the numbers of the platforms are not. */
function identityLines({ t }: CommandContext, { handle, accounts, ...person }: Person): Line[] {
  const accessLevel = person.accountStatus === "active" ? person.role : person.accountStatus;
  return [
    ...(handle === undefined ? [] : [[`@${cleanName(handle, 64)}`]]),
    ...accounts.map(({ platform, numberEnd }): Line => [
      { bold: platform === "telegram" ? "Telegram" : "Discord" },
      ": ",
      { code: `…${numberEnd}` },
    ]),
    [{ bold: t("me.access-level") }, `: ${t(`access-level.${accessLevel}`)}`],
  ];
}

function readChange(typed: string | undefined): Change | undefined {
  return changes.find((one) => typed !== undefined && one === plain(typed));
}

async function apply(ctx: CommandContext, userId: Id<"users">, change: Change): Promise<Reply> {
  const { backend, t } = ctx;
  const asRole = roles.find((one) => one === change);
  const asEvent = events.find((one) => one === change);
  const person = asRole
    ? await backend.mutation(api.users.setRole, { userId, role: asRole })
    : await backend.mutation(api.users.setStatus, { userId, event: asEvent ?? "restore" });
  const shown = describe(ctx, person);
  return withLinesBefore(shown, [[t("role.done")]]);
}

function describe(ctx: CommandContext, person: Person): Reply {
  const { t } = ctx;
  const isBlocked = person.accountStatus === "suspended" || person.accountStatus === "banned";
  const isMember = person.accountStatus === "active";
  const offered = isBlocked
    ? (["restore", ...(person.accountStatus === "suspended" ? (["ban"] as const) : [])] as const)
    : ([
        ...(isMember ? roles.filter((one) => one !== person.role) : []),
        "suspend",
        "ban",
      ] as const);
  return reply(
    {
      title: shownName(person),
      lines: identityLines(ctx, person),
      buttons: [
        offered.map((change) => ({
          label: t(`member-action.${change}`),
          action: `role|${person._id}|${change}`,
        })),
      ],
    },
    { ephemeral: true },
  );
}

function choose(
  { t }: CommandContext,
  found: readonly Person[],
  change: Change | undefined,
): Reply {
  return reply(
    {
      lines: [[t("decide.which")]],
      buttons: found.map((person) => [
        {
          label: choiceLabel(person),
          action: ["role", person._id, ...(change ? [change] : [])].join("|"),
        },
      ]),
    },
    { ephemeral: true },
  );
}

/** "Carol (@carol, Telegram 4711)" */
function choiceLabel({ name, handle, accounts: [account] }: Person): string {
  const platform = account?.platform === "telegram" ? "Telegram" : "Discord";
  const about = [
    ...(handle === undefined ? [] : [`@${cleanName(handle, 30)}`]),
    ...(account ? [`${platform} …${account.numberEnd}`] : []),
  ];
  return `${cleanName(name, 30) || "?"}${about.length > 0 ? ` (${about.join(", ")})` : ""}`;
}

function nobody({ t }: CommandContext, who: string): Reply {
  return reply({ lines: [[t("role.nobody", { name: cleanName(who, 60) })]] }, { ephemeral: true });
}

function usage({ t }: CommandContext): string {
  return t("usage", { example: t("usage.role") });
}

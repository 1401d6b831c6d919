import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Id } from "../../../convex/_generated/dataModel.js";
import { cleanName, plain } from "../../messages/sanitize.ts";
import { reply, withLinesBefore } from "../reply.ts";
import type { Command, CommandContext, Reply } from "../command.ts";
import { resolve } from "../resolve.ts";

const roles = ["member", "moderator", "admin"] as const;
const events = ["suspend", "ban", "restore"] as const;
const changes = [...roles, ...events] as const;
type Change = (typeof changes)[number];
type Person = FunctionReturnType<typeof api.users.find>[number];

export const role: Command = {
  name: "role",
  describe: "command.role",
  for: "admin",
  ephemeral: true,
  where: "hidden",
  options: [
    { name: "who", describe: "option.who" },
    { name: "role", describe: "option.role", choices: changes },
  ],
  async run(ctx) {
    const { named, words } = ctx.args;
    const last = named["role"] ?? (words.length > 1 ? words.at(-1) : undefined);
    const change = readChange(last);
    const isTyped = named["role"] === undefined && change !== undefined;
    const who = named["who"] ?? (isTyped ? words.slice(0, -1) : words).join(" ");
    if (!who.trim() || (last !== undefined && named["role"] !== undefined && !change))
      return reply({ lines: [[usage(ctx)]] }, { ephemeral: true });
    const resolved = await resolve<Person>({
      typed: who,
      find: async (name) => await ctx.backend.query(api.users.find, { who: name }),
      none: () => nobody(ctx, who),
      which: (found) => choose(ctx, found, change),
    });
    if ("ask" in resolved) return resolved.ask;
    const { found } = resolved;
    return change ? await apply(ctx, found._id, change) : describe(ctx, found);
  },
  actions: { role: roleAction },
};

/** Its actions: `role|<user>` shows a user, `role|<user>|moderator` changes role or status. */
async function roleAction(
  ctx: CommandContext,
  [userId = "", typed]: readonly string[],
): Promise<Reply> {
  const person = await ctx.backend.query(api.users.get, { userId });
  if (!person) return nobody(ctx, "");
  const change = readChange(typed);
  const message = change ? await apply(ctx, person._id, change) : describe(ctx, person);
  return reply(message, { editsMessage: true });
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

function describe({ t }: CommandContext, person: Person): Reply {
  const isBlocked = person.accountStatus === "suspended" || person.accountStatus === "banned";
  const isMember = person.accountStatus === "active";
  const accessLevel = person.accountStatus === "active" ? person.role : person.accountStatus;
  const offered = isBlocked
    ? (["restore", ...(person.accountStatus === "suspended" ? (["ban"] as const) : [])] as const)
    : ([
        ...(isMember ? roles.filter((one) => one !== person.role) : []),
        "suspend",
        "ban",
      ] as const);
  return reply(
    {
      title: cleanName(person.name, 64) || "?",
      lines: [
        ...(person.handle ? [[`@${person.handle}`]] : []),
        [{ bold: t("me.access-level") }, `: ${t(`access-level.${accessLevel}`)}`],
      ],
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
          label: person.handle
            ? `${cleanName(person.name, 40)} (@${person.handle})`
            : cleanName(person.name, 40),
          action: ["role", person._id, ...(change ? [change] : [])].join("|"),
        },
      ]),
    },
    { ephemeral: true },
  );
}

function nobody({ t }: CommandContext, who: string): Reply {
  return reply({ lines: [[t("role.nobody", { name: cleanName(who, 60) })]] }, { ephemeral: true });
}

function usage({ t }: CommandContext): string {
  return t("usage", { example: t("usage.role") });
}

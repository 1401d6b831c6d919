import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Id } from "../../../convex/_generated/dataModel.js";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { CommandContext, Command } from "../command.ts";
import { reply, type Reply, withLinesBefore } from "../reply.ts";

const roles = ["member", "moderator", "admin"] as const;
const events = ["suspend", "ban", "restore"] as const;
const wishes = [...roles, ...events] as const;
type Wish = (typeof wishes)[number];
type Person = FunctionReturnType<typeof api.users.find>[number];

export const role: Command = {
  name: "role",
  describe: "command.role",
  for: "admin",
  ephemeral: true,
  where: "hidden",
  options: [
    { name: "who", describe: "option.who" },
    { name: "role", describe: "option.role", choices: wishes },
  ],
  async run(ctx) {
    const { named, words } = ctx.args;
    const last = named["role"] ?? (words.length > 1 ? words.at(-1) : undefined);
    const wish = wishOf(last);
    const isSpoken = named["role"] === undefined && wish !== undefined;
    const who = named["who"] ?? (isSpoken ? words.slice(0, -1) : words).join(" ");
    if (!who.trim() || (last !== undefined && named["role"] !== undefined && !wish))
      return reply({ lines: [[usage(ctx)]] }, { ephemeral: true });
    const found = await ctx.backend.query(api.users.find, { who });
    const [only, ...others] = found;
    if (!only) return nobody(ctx, who);
    if (others.length > 0) return choose(ctx, found, wish);
    return wish ? await change(ctx, only._id, wish) : describe(ctx, only);
  },
  actions: { role: roleAction },
};

/** Its actions: `role|<user>` shows somebody, `role|<user>|moderator` changes their role or status. */
export async function roleAction(
  ctx: CommandContext,
  [userId = "", written]: readonly string[],
): Promise<Reply> {
  const person = await ctx.backend.query(api.users.get, { userId });
  if (!person) return nobody(ctx, "");
  const wish = wishOf(written);
  const message = wish ? await change(ctx, person._id, wish) : describe(ctx, person);
  return reply(message, { editsMessage: true });
}

function wishOf(written: string | undefined): Wish | undefined {
  return wishes.find((one) => written !== undefined && one === plain(written));
}

async function change(ctx: CommandContext, userId: Id<"users">, wish: Wish): Promise<Reply> {
  const { backend, t } = ctx;
  const asRole = roles.find((one) => one === wish);
  const asEvent = events.find((one) => one === wish);
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
        [{ bold: t("me.standing") }, `: ${t(`standing.${accessLevel}`)}`],
      ],
      buttons: [
        offered.map((wish) => ({ label: t(`wish.${wish}`), action: `role|${person._id}|${wish}` })),
      ],
    },
    { ephemeral: true },
  );
}

function choose({ t }: CommandContext, found: Person[], wish: Wish | undefined): Reply {
  return reply(
    {
      lines: [[t("decide.which")]],
      buttons: found.map((person) => [
        {
          label: person.handle
            ? `${cleanName(person.name, 40)} (@${person.handle})`
            : cleanName(person.name, 40),
          action: ["role", person._id, ...(wish ? [wish] : [])].join("|"),
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

import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call, Command } from "./command.ts";

const roles = ["member", "moderator", "admin"] as const;
const events = ["suspend", "ban", "restore"] as const;
const wishes = [...roles, ...events] as const;
type Wish = (typeof wishes)[number];
type Person = FunctionReturnType<typeof api.users.find>[number];

export const role: Command = {
  name: "role",
  describe: "command.role",
  for: "admin",
  isPrivate: true,
  where: "hidden",
  options: [
    { name: "who", describe: "option.who" },
    { name: "role", aliases: ["rol"], describe: "option.role", choices: wishes },
  ],
  async run(call) {
    const { named, words } = call.args;
    const last = named["role"] ?? (words.length > 1 ? words.at(-1) : undefined);
    const wish = wishOf(last);
    const isSpoken = named["role"] === undefined && wish !== undefined;
    const who = named["who"] ?? (isSpoken ? words.slice(0, -1) : words).join(" ");
    if (!who.trim() || (last !== undefined && named["role"] !== undefined && !wish))
      return { lines: [[usage(call)]], isPrivate: true };
    const found = await call.plaza.query(api.users.find, { who });
    const [only, ...others] = found;
    if (!only) return nobody(call, who);
    if (others.length > 0) return choose(call, found, wish);
    return wish ? await change(call, only._id, wish) : describe(call, only);
  },
};

/** A press: `role|<user>` shows somebody, `role|<user>|moderator` changes their role or status. */
export async function pressRole(
  call: Call,
  [userId = "", written]: readonly string[],
): Promise<Message> {
  const person = await call.plaza.query(api.users.get, { userId });
  if (!person) return nobody(call, "");
  const wish = wishOf(written);
  const message = wish ? await change(call, person._id, wish) : describe(call, person);
  return { ...message, replaces: true };
}

function wishOf(written: string | undefined): Wish | undefined {
  return wishes.find((one) => written !== undefined && one === plain(written));
}

async function change(call: Call, userId: Id<"users">, wish: Wish): Promise<Message> {
  const { plaza, t } = call;
  const asRole = roles.find((one) => one === wish);
  const asEvent = events.find((one) => one === wish);
  const person = asRole
    ? await plaza.mutation(api.users.setRole, { userId, role: asRole })
    : await plaza.mutation(api.users.setStatus, { userId, event: asEvent ?? "restore" });
  const shown = describe(call, person);
  return { ...shown, lines: [[t("role.done")], ...(shown.lines ?? [])] };
}

function describe({ t }: Call, person: Person): Message {
  const isBarred = person.accountStatus === "suspended" || person.accountStatus === "banned";
  const isMember = person.accountStatus === "active";
  const standing = person.accountStatus === "active" ? person.role : person.accountStatus;
  const offered = isBarred
    ? (["restore", ...(person.accountStatus === "suspended" ? (["ban"] as const) : [])] as const)
    : ([
        ...(isMember ? roles.filter((one) => one !== person.role) : []),
        "suspend",
        "ban",
      ] as const);
  return {
    title: cleanName(person.name, 64) || "?",
    lines: [
      ...(person.handle ? [[`@${person.handle}`]] : []),
      [{ bold: t("me.standing") }, `: ${t(`standing.${standing}`)}`],
    ],
    buttons: [
      offered.map((wish) => ({ label: t(`wish.${wish}`), press: `role|${person._id}|${wish}` })),
    ],
    isPrivate: true,
  };
}

function choose({ t }: Call, found: Person[], wish: Wish | undefined): Message {
  return {
    lines: [[t("decide.which")]],
    buttons: found.map((person) => [
      {
        label: person.handle
          ? `${cleanName(person.name, 40)} (@${person.handle})`
          : cleanName(person.name, 40),
        press: ["role", person._id, ...(wish ? [wish] : [])].join("|"),
      },
    ]),
    isPrivate: true,
  };
}

function nobody({ t }: Call, who: string): Message {
  return { lines: [[t("role.nobody", { name: cleanName(who, 60) })]], isPrivate: true };
}

function usage({ t }: Call): string {
  return t("usage", { example: t("usage.role") });
}

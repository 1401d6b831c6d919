import { isTermOf } from "../../texts/synonyms.ts";
import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import { type Button, labelled, type Line } from "../../messages/message.ts";
import { cleanName, plain, withHandle } from "../../messages/sanitize.ts";
import { reply, withLinesBefore } from "../reply.ts";
import { resolve } from "../resolve.ts";
import type { Command, CommandContext, Reply } from "../command.ts";

const tracks = ["ai", "crypto", "privacy"] as const;
const visibilities = ["public", "members", "private"] as const;
const availabilities = ["available", "open_to_offers", "unavailable"] as const;

export const profile: Command = {
  name: "profile",
  describe: "command.profile",
  for: "anyone",
  ephemeral: true,
  where: "hidden",
  options: [
    { name: "who", describe: "option.profile-who" },
    { name: "name", describe: "option.profile-name" },
    { name: "username", describe: "option.username" },
    { name: "bio", describe: "option.bio" },
    { name: "city", describe: "option.profile-city" },
    { name: "country", describe: "option.country" },
    { name: "github", describe: "option.github" },
    { name: "x", describe: "option.x" },
    { name: "linkedin", describe: "option.linkedin" },
    { name: "tracks", describe: "option.tracks" },
    {
      name: "visibility",
      describe: "option.visibility",
      choices: visibilities,
    },
    {
      name: "availability",
      describe: "option.availability",
      choices: availabilities,
    },
  ],
  async run(ctx) {
    const { named, words } = ctx.args;
    const { who = words.join(" "), ...changes } = named;
    if (Object.keys(changes).length > 0) return await change(ctx, changes);
    if (who.trim()) return await other(ctx, who);
    return await own(ctx);
  },
  actions: { profile: profileAction },
};

/** Its actions: `profile`, `profile|visibility|private`, `profile|who|<user>`. */
async function profileAction(
  ctx: CommandContext,
  [field, value = ""]: readonly string[],
): Promise<Reply> {
  if (field === "who") return reply(await other(ctx, value), { editsMessage: true });
  const message = field === undefined ? await own(ctx) : await change(ctx, { [field]: value });
  return reply(message, { editsMessage: field !== undefined });
}

type OwnProfile = FunctionReturnType<typeof api.users.me>;
type ProfileChanges = FunctionArgs<typeof api.profiles.update>;
type Written = Readonly<Record<string, string>>;

async function change(ctx: CommandContext, written: Written): Promise<Reply> {
  const { t, backend } = ctx;
  const read = readProfile(written);
  if ("problem" in read)
    return reply(
      {
        lines: [[t("unknown.option", { word: cleanName(read.problem, 60), hint: hint(ctx) })]],
      },
      { ephemeral: true },
    );
  const { displayName, username, bio } = userFields(written);
  const user = {
    ...(displayName !== undefined && { displayName }),
    ...(username !== undefined && { username }),
    ...(bio !== undefined && { bio }),
  };
  if (Object.keys(user).length > 0) await backend.mutation(api.users.update, user);
  if (Object.keys(read).length > 0) await backend.mutation(api.profiles.update, read);
  const shown = await own(ctx);
  return withLinesBefore(shown, [[t("profile.saved")]]);
}

/** "none" takes a field away. */
function orNull(value: string | undefined): string | null | undefined {
  return value !== undefined && isTermOf("clear", value) ? null : value;
}

function userFields({ name, username, bio }: Written) {
  return { displayName: orNull(name), username: orNull(username), bio: orNull(bio) };
}

/** The named options as fields of a profile, or the first value that is not understood. */
function readProfile(written: Written): ProfileChanges | { problem: string } {
  const changes: ProfileChanges = {};
  const { city, country, github, x, linkedin } = written;
  const texts = { city, country, githubUrl: github, twitterUrl: x, linkedinUrl: linkedin };
  for (const [field, value] of Object.entries(texts)) {
    const read = orNull(value);
    if (read !== undefined) changes[field as keyof typeof texts] = withScheme(field, read);
  }
  if (written["tracks"] !== undefined) {
    const words = written["tracks"].split(/[\s,]+/).filter(Boolean);
    const known = words.map((word) => tracks.find((track) => track === plain(word)));
    const unknown = words.find((_word, index) => known[index] === undefined);
    if (unknown !== undefined && orNull(written["tracks"]) !== null) return { problem: unknown };
    changes.learningTracks = known.filter((track) => track !== undefined);
  }
  const { visibility, availability } = written;
  if (visibility !== undefined) {
    const read = visibilities.find((one) => one === plain(visibility));
    if (!read) return { problem: visibility };
    changes.profileVisibility = read;
  }
  if (availability !== undefined) {
    const read = availabilities.find((one) => one === plain(availability).replace(/[ -]/g, "_"));
    if (!read) return { problem: availability };
    changes.availabilityStatus = read;
  }
  return changes;
}

/** "github.com/mia" is an address as well. */
function withScheme(field: string, value: string | null): string | null {
  if (value === null || !field.endsWith("Url") || value.includes("://")) return value;
  return `https://${value}`;
}

function hint({ t }: CommandContext): string {
  return t("usage", { example: t("usage.profile") });
}

async function own(ctx: CommandContext): Promise<Reply> {
  const { t, backend, person } = ctx;
  if (!person || person.accessLevel === "stranger")
    return reply({ lines: [[t("refusal.no-account")]] }, { ephemeral: true });
  const mine = await backend.query(api.users.me, {});
  const { profile: shown } = mine;
  return reply(
    {
      title: cleanName(mine.name, 64),
      lines: [
        ...(mine.bio ? [[cleanName(mine.bio, 500)]] : []),
        ...(shown ? details(ctx, shown) : []),
        labelled(t("profile.visibility"), t(`visibility.${shown?.profileVisibility ?? "members"}`)),
        [hint(ctx)],
      ],
      buttons: buttons(ctx, shown),
    },
    { ephemeral: true, editsMessage: true },
  );
}

function buttons({ t }: CommandContext, shown: OwnProfile["profile"]): Button[][] {
  const choice = (field: string, value: string, label: string, isChosen: boolean): Button => ({
    label: isChosen ? `✓ ${label}` : label,
    action: `profile|${field}|${value}`,
  });
  return [
    visibilities.map((one) =>
      choice("visibility", one, t(`visibility.${one}`), one === shown?.profileVisibility),
    ),
    availabilities.map((one) =>
      choice("availability", one, t(`availability.${one}`), one === shown?.availabilityStatus),
    ),
  ];
}

type Shown = Pick<
  NonNullable<OwnProfile["profile"]>,
  | "city"
  | "country"
  | "githubUrl"
  | "twitterUrl"
  | "linkedinUrl"
  | "learningTracks"
  | "availabilityStatus"
>;

function details({ t }: CommandContext, shown: Shown): Line[] {
  const { city, country, learningTracks, githubUrl, twitterUrl, linkedinUrl } = shown;
  const place = [city, country].filter((part) => part !== undefined).join(", ");
  const links: [string, string | undefined][] = [
    ["GitHub", githubUrl],
    ["X", twitterUrl],
    ["LinkedIn", linkedinUrl],
  ];
  return [
    ...(place ? [labelled(t("profile.city"), cleanName(place, 120))] : []),
    ...(learningTracks.length > 0
      ? [labelled(t("profile.tracks"), learningTracks.join(", "))]
      : []),
    ...(shown.availabilityStatus === "unavailable"
      ? []
      : [labelled(t("profile.availability"), t(`availability.${shown.availabilityStatus}`))]),
    ...links.flatMap(([link, url]) => (url === undefined ? [] : [[{ link, url }]])),
  ];
}

/** Another member's profile, as far as the caller may see it; of several the caller chooses. */
async function other(ctx: CommandContext, who: string): Promise<Reply> {
  const { t, backend } = ctx;
  const resolved = await resolve<FoundProfile>({
    typed: who,
    find: async (name) => await backend.query(api.profiles.find, { who: name }),
    none: () =>
      reply({ lines: [[t("profile.none", { name: cleanName(who, 60) })]] }, { ephemeral: true }),
    which: (found) =>
      reply(
        {
          lines: [[t("decide.which")]],
          buttons: found.map(({ userId, shown }) => [
            {
              label: withHandle(cleanName(shown.name, 40), shown.handle),
              action: `profile|who|${userId}`,
            },
          ]),
        },
        { ephemeral: true },
      ),
  });
  if ("ask" in resolved) return resolved.ask;
  const { shown } = resolved.found;
  return reply(
    {
      title: cleanName(shown.name, 64),
      lines: [
        ...(shown.handle ? [[`@${shown.handle}`]] : []),
        ...(shown.bio ? [[cleanName(shown.bio, 500)]] : []),
        ...details(ctx, shown),
      ],
    },
    { ephemeral: true },
  );
}

type FoundProfile = FunctionReturnType<typeof api.profiles.find>[number];

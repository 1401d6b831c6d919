import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { labelled } from "../messages/labelled.ts";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Call, Command } from "./command.ts";

const tracks = ["ai", "crypto", "privacy"] as const;
const visibilities = ["public", "members", "private"] as const;
const availabilities = ["available", "open_to_offers", "unavailable"] as const;

export const profile: Command = {
  name: "profile",
  describe: "command.profile",
  for: "anyone",
  isPrivate: true,
  where: "hidden",
  options: [
    { name: "who", describe: "option.profile-who" },
    { name: "name", aliases: ["nombre"], describe: "option.profile-name" },
    { name: "username", aliases: ["usuario"], describe: "option.username" },
    { name: "bio", describe: "option.bio" },
    { name: "city", aliases: ["ciudad"], describe: "option.profile-city" },
    { name: "country", aliases: ["pais"], describe: "option.country" },
    { name: "github", describe: "option.github" },
    { name: "x", aliases: ["twitter"], describe: "option.x" },
    { name: "linkedin", describe: "option.linkedin" },
    { name: "tracks", aliases: ["temas"], describe: "option.tracks" },
    {
      name: "visibility",
      aliases: ["visibilidad"],
      describe: "option.visibility",
      choices: visibilities,
    },
    {
      name: "availability",
      aliases: ["disponibilidad"],
      describe: "option.availability",
      choices: availabilities,
    },
  ],
  async run(call) {
    const { named, words } = call.args;
    const { who = words.join(" "), ...changes } = named;
    if (Object.keys(changes).length > 0) return await change(call, changes);
    if (who.trim()) return await other(call, who);
    return await own(call);
  },
};

/** A press: `profile`, `profile|visibility|private`. */
export async function pressProfile(
  call: Call,
  [field, value = ""]: readonly string[],
): Promise<Message> {
  const message = field === undefined ? await own(call) : await change(call, { [field]: value });
  return { ...message, replaces: field !== undefined };
}

type OwnProfile = FunctionReturnType<typeof api.users.me>;
type ProfileChanges = FunctionArgs<typeof api.profiles.update>;
type Written = Readonly<Record<string, string>>;

async function change(call: Call, written: Written): Promise<Message> {
  const { t, plaza } = call;
  const read = readProfile(written);
  if ("problem" in read)
    return {
      lines: [[t("unknown.option", { word: cleanName(read.problem, 60), hint: hint(call) })]],
      isPrivate: true,
    };
  const { displayName, username, bio } = userFields(written);
  const user = {
    ...(displayName !== undefined && { displayName }),
    ...(username !== undefined && { username }),
    ...(bio !== undefined && { bio }),
  };
  if (Object.keys(user).length > 0) await plaza.mutation(api.users.update, user);
  if (Object.keys(read).length > 0) await plaza.mutation(api.profiles.update, read);
  const shown = await own(call);
  return { ...shown, lines: [[t("profile.saved")], ...(shown.lines ?? [])] };
}

/** "none" takes a field away. */
function orNull(value: string | undefined): string | null | undefined {
  return value !== undefined && ["none", "nada", "-"].includes(plain(value)) ? null : value;
}

function userFields({ name, username, bio }: Written) {
  return { displayName: orNull(name), username: orNull(username), bio: orNull(bio) };
}

/** What was written, in the words of the functions; or the first word that is not understood. */
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

function hint({ t }: Call): string {
  return t("usage", { example: t("usage.profile") });
}

async function own(call: Call): Promise<Message> {
  const { t, plaza, person } = call;
  if (!person || person.standing === "stranger")
    return { lines: [[t("refusal.no-account")]], isPrivate: true };
  const mine = await plaza.query(api.users.me, {});
  const { profile: shown } = mine;
  return {
    title: cleanName(mine.name, 64),
    lines: [
      ...(mine.bio ? [[cleanName(mine.bio, 500)]] : []),
      ...(shown ? details(call, shown) : []),
      labelled(t("profile.visibility"), t(`visibility.${shown?.profileVisibility ?? "members"}`)),
      [hint(call)],
    ],
    buttons: buttons(call, shown),
    isPrivate: true,
    replaces: true,
  };
}

function buttons({ t }: Call, shown: OwnProfile["profile"]): Button[][] {
  const choice = (field: string, value: string, label: string, isChosen: boolean): Button => ({
    label: isChosen ? `✓ ${label}` : label,
    press: `profile|${field}|${value}`,
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

function details({ t }: Call, shown: Shown): Line[] {
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

/** Somebody else's profile, as far as the caller may see it. */
async function other(call: Call, who: string): Promise<Message> {
  const { t, plaza } = call;
  const shown = await plaza.query(api.profiles.get, { who });
  if (!shown)
    return { lines: [[t("profile.none", { name: cleanName(who, 60) })]], isPrivate: true };
  return {
    title: cleanName(shown.name, 64),
    lines: [
      ...(shown.handle ? [[`@${shown.handle}`]] : []),
      ...(shown.bio ? [[cleanName(shown.bio, 500)]] : []),
      ...details(call, shown),
    ],
    isPrivate: true,
  };
}

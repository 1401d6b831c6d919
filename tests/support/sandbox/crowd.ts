import type { ConvexHttpClient } from "convex/browser";
import { createTokenSource } from "../../../bots/backend/tokens.ts";
import type { Person } from "../../../bots/sandbox/contract.ts";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject, type Platform } from "../../../shared/identity.ts";
import { asAdmin, convexAs, type SandboxParts } from "./audience.ts";

/** One of very many who apply: where, and as who. */
export type Applicant = { person: Person; platform: Platform; applicationId: string };

/** People with names of which none is the beginning of another. */
export function crowdOf(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `crowd${String(index).padStart(4, "0")}`,
    name: `Crowd${String(index).padStart(4, "0")}`,
    language: index % 3 === 0 ? "es" : "en",
    telegramId: 500_000 + index,
    discordId: String(940_000_000_000_000_000n + BigInt(index)),
  }));
}

const atOnce = 8;

/** Does something for everybody, a few at a time. */
export async function forAll<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const worker = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Convex in the names of whoever is asked for, by the sandbox's clock. */
export function convexFor({ convex, keys, clock }: SandboxParts) {
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, () => clock().now);
  return async (person: Person, platform: Platform): Promise<ConvexHttpClient> => {
    const id = platform === "telegram" ? String(person.telegramId) : person.discordId;
    return convexAs(convex, await tokens(chatSubject(platform, id)));
  };
}

/** Everybody of a crowd applies: one half in Telegram, the other in Discord. */
export async function applyAll(
  parts: SandboxParts,
  crowd: readonly Person[],
): Promise<Applicant[]> {
  const as = convexFor(parts);
  const applicants: Applicant[] = [];
  await forAll([...crowd.entries()], async ([index, person]) => {
    const platform = index % 2 === 0 ? "telegram" : "discord";
    const me = await as(person, platform);
    await me.mutation(api.applications.submit, {
      goal: `To meet people, of whom I am number ${index}`,
      motivation: "It is the best community of the city",
      name: person.name,
      handle: person.key,
      locale: person.language === "es" ? "es" : "en",
    });
    const mine = await me.query(api.applications.mine, {});
    if (!mine) throw new Error(`${person.name} has not applied`);
    applicants[index] = { person, platform, applicationId: mine._id };
  });
  return applicants;
}

export type Decided = Applicant & {
  name: string;
  status: "approved" | "rejected";
  reviewerName?: string | undefined;
  reason?: string | undefined;
};

/** What became of everybody's application; fails where nothing did. */
export async function decisions(parts: SandboxParts, applicants: Applicant[]): Promise<Decided[]> {
  const admin = await asAdmin(parts);
  const decided: Decided[] = [];
  await forAll([...applicants.entries()], async ([index, applicant]) => {
    const who = applicant.applicationId;
    const [found] = await admin.query(api.applications.find, { who });
    if (found?.status !== "approved" && found?.status !== "rejected")
      throw new Error(`${applicant.person.name} waits`);
    const { name, status, reviewerName, reason } = found;
    decided[index] = { ...applicant, name, status, reviewerName, reason };
  });
  return decided;
}

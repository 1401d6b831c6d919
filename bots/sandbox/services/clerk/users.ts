import { randomBytes } from "node:crypto";
import { forgetOldest } from "../../../bounded.ts";
import type { ClerkEmail, ClerkUser, ClerkUserInput } from "./types.ts";

const mostUsers = 1000;

export type Users = {
  all: () => ClerkUser[];
  get(id: string): ClerkUser | undefined;
  /** Adds or changes a user. */
  put(input: ClerkUserInput): ClerkUser;
  /** Throws for somebody unknown. */
  remove(id: string | undefined): ClerkUser;
};

export function makeUsers(now: () => number): Users {
  const users = new Map<string, ClerkUser>();
  return {
    all: () => structuredClone([...users.values()]),
    get: (id) => users.get(id),
    put({ id = makeId("user"), emails, ...names }) {
      const before = users.get(id) ?? blank(id, now());
      const user = {
        ...before,
        ...names,
        emails: emails?.map((email) => keepId(email, before.emails)) ?? before.emails,
        updatedAt: now(),
      };
      users.set(id, user);
      forgetOldest(users, mostUsers);
      return structuredClone(user);
    },
    remove(id = "") {
      const user = users.get(id);
      if (!user) throw new Error(`no user "${id}"`);
      users.delete(id);
      return user;
    },
  };
}

function blank(id: string, createdAt: number): ClerkUser {
  return {
    id,
    emails: [],
    username: null,
    firstName: null,
    lastName: null,
    imageUrl: "https://img.clerk.com/sandbox",
    createdAt,
    updatedAt: createdAt,
  };
}

/** An address keeps its id from one change to the next. */
function keepId(email: { address: string; verified?: boolean }, before: ClerkEmail[]): ClerkEmail {
  const known = before.find(({ address }) => address === email.address);
  return {
    id: known?.id ?? makeId("idn"),
    address: email.address,
    verified: email.verified ?? true,
  };
}

function makeId(kind: string): string {
  return `${kind}_${randomBytes(14).toString("hex")}`;
}

import type { JSONValue } from "convex/values";
import type { Database } from "./database.ts";
import type { Around } from "./calls.ts";

/** Which mutation of which client's session this is: it may be sent again, and is then not run again. */
export type Once = { session: string; request: number };

const kept = 10_000;

/** Keeps a mutation's result in its own transaction, for when its caller asks again. */
export const onceOnly = (database: Database, { session, request }: Once): Around => ({
  instead() {
    const known = database.get<{ json: string }>(
      "SELECT json FROM answers WHERE session = ? AND request = ?",
      session,
      request,
    );
    return known === undefined ? undefined : (JSON.parse(known.json) as JSONValue);
  },
  also(_, value) {
    const added = database.run(
      "INSERT INTO answers (session, request, json) VALUES (?, ?, ?)",
      session,
      request,
      JSON.stringify(value),
    );
    database.run("DELETE FROM answers WHERE number <= ?", Number(added.lastInsertRowid) - kept);
  },
});

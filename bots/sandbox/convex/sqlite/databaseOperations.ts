import { jsonToConvex, type JSONValue } from "convex/values";
import type { Table } from "./catalog.ts";
import type { Stored } from "./documents.ts";
import { afterAll, encodeKey } from "./keys.ts";
import {
  type Document,
  type Fields,
  fromJson,
  isFields,
  type KeyPart,
  parseDocument,
  withoutSystemFields,
} from "./ids.ts";
import {
  type Arguments,
  type AsyncOperations,
  type InTransaction,
  reading,
  type SyncOperations,
  writing,
} from "./operations.ts";
import { readPage, type PageRequest } from "./pages.ts";
import { openStream, type Query, type Sources } from "./queries.ts";
import { onlyKey, tableNames } from "./transactions.ts";

const done = "{}";
let lastStream = 0;

/** What `ctx.db` asks for. */
export function databaseOperations(sources: Sources): {
  sync: SyncOperations;
  async: AsyncOperations;
} {
  const { catalog, documents } = sources;

  /** The table of an id, which must be the one that was said. */
  function tableFor(args: Arguments, method: string): { table: Table; id: string } {
    const { id, table: expected } = args;
    const table = typeof id === "string" ? catalog.findById(id) : undefined;
    if (typeof id !== "string" || table === undefined) {
      throw new Error(
        `Invalid argument \`id\` for \`db.${method}\`, expected ID value but got '${String(id)}'`,
      );
    }
    if (expected !== undefined && table.name !== expected) {
      throw new Error(
        `Invalid argument \`id\` for \`db.${method}\`, expected ID in table '${expected as string}' ` +
          `but got ID in table '${table.name}'`,
      );
    }
    return { table, id };
  }

  /** The document that is to be changed. */
  function changing(frame: InTransaction, args: Arguments, method: "patch" | "replace" | "delete") {
    const { table, id } = tableFor(args, method);
    if (table.name.startsWith("_")) {
      throw new Error("System tables (prefixed with `_`) are read-only.");
    }
    const stored: Stored | undefined = documents.read(frame.transaction, table, id);
    if (stored !== undefined) return { table, id, stored };
    const verb = { patch: "Update", replace: "Replace", delete: "Delete" }[method];
    throw new Error(`${verb} on nonexistent document ID ${id}`);
  }

  function openQuery(frame: InTransaction, query: Query): string {
    const queryId = (lastStream += 1);
    frame.streams.set(queryId, openStream(sources, frame.transaction, query));
    return JSON.stringify({ queryId });
  }

  return {
    sync: {
      "1.0/queryStream": (frame, { query }) =>
        openQuery(reading(frame, "1.0/queryStream"), query as Query),
      "1.0/queryCleanup": (frame, { queryId }) => {
        frame.streams.delete(queryId as number);
        return done;
      },
      "1.0/db/normalizeId": (_frame, { table, idString }) => {
        const isOfTable = catalog.findById(idString as string)?.name === table;
        return JSON.stringify({ id: isOfTable ? idString : null });
      },
    },

    async: {
      "1.0/get": (frame, args) => {
        const { transaction } = reading(frame, "1.0/get");
        const { table, id } = tableFor(args, "get");
        const isSystem = table.name.startsWith("_");
        if (isSystem !== args["isSystem"]) {
          throw new Error(
            `${isSystem ? "System" : "User"} tables can only be accessed from ` +
              `db.${isSystem ? "system." : ""}get().`,
          );
        }
        return documents.read(transaction, table, id)?.json ?? "null";
      },

      "1.0/queryStreamNext": (frame, { queryId }) => {
        const stream = frame.streams.get(queryId as number);
        if (stream === undefined) throw new Error("This query is closed");
        const json = stream();
        return json === null ? '{"value":null,"done":true}' : `{"value":${json},"done":false}`;
      },

      "1.0/queryPage": (frame, args) => {
        const { transaction } = reading(frame, "1.0/queryPage");
        frame.pages += 1;
        if (frame.pages > 1) {
          throw new Error(
            "This query or mutation function ran multiple paginated queries. Convex only supports a " +
              "single paginated query in each function.",
          );
        }
        const asked = args as unknown as PageRequest;
        const endCursor = asked.endCursor ?? transaction.page.end;
        const page = readPage(sources, transaction, { ...asked, endCursor });
        // It was for this page only: another one, of a query that was called, begins elsewhere.
        Object.assign(transaction.page, { end: null, ended: page.continueCursor });
        const { documents: found, ...rest } = page;
        return `{"page":[${found.join(",")}],${JSON.stringify(rest).slice(1)}`;
      },

      "1.0/count": (frame, { table: name }) => {
        const { transaction } = reading(frame, "1.0/count");
        const table = catalog.find(name as string);
        if (table === undefined) {
          transaction.reads.push(onlyKey(tableNames, encodeKey([name as string])));
          return "0";
        }
        const start = encodeKey([]);
        const index = table.byCreationTime.number;
        transaction.reads.push({ index, from: start, to: afterAll(start) });
        return String(documents.count(table));
      },

      "1.0/insert": (frame, args) => {
        const { transaction } = writing(frame, "1.0/insert");
        const fields = fieldsOf(args["value"], "insert");
        for (const name of ["_id", "_creationTime"]) {
          if (fields[name] !== undefined) {
            throw new Error(`Provided document has a \`${name}\`, which Convex itself gives out`);
          }
        }
        const _id = documents.insert(transaction, args["table"] as string, fields);
        return JSON.stringify({ _id });
      },

      "1.0/shallowMerge": (frame, args) => {
        const mutation = writing(frame, "1.0/shallowMerge");
        const { table, stored } = changing(mutation, args, "patch");
        const old = parseDocument(stored.json);
        const merged = { ...old };
        for (const [name, value] of Object.entries(objectOf(args["value"], "patch"))) {
          const given = fromJson(value);
          if (name === "_id" || name === "_creationTime") checkKept(old, name, given);
          else if (given === undefined) delete merged[name];
          else merged[name] = given;
        }
        documents.put(mutation.transaction, table, stored, merged);
        return done;
      },

      "1.0/replace": (frame, args) => {
        const mutation = writing(frame, "1.0/replace");
        const { table, stored } = changing(mutation, args, "replace");
        const old = parseDocument(stored.json);
        const fields = fieldsOf(args["value"], "replace");
        for (const name of ["_id", "_creationTime"] as const) checkKept(old, name, fields[name]);
        const { _id, _creationTime } = old;
        const next = { ...withoutSystemFields(fields as Document), _id, _creationTime };
        documents.put(mutation.transaction, table, stored, next);
        return done;
      },

      "1.0/remove": (frame, args) => {
        const mutation = writing(frame, "1.0/remove");
        const { table, id, stored } = changing(mutation, args, "delete");
        documents.remove(mutation.transaction, table, stored, id);
        return done;
      },
    },
  };
}

function fieldsOf(json: unknown, method: string): Fields {
  const value = jsonToConvex(json as JSONValue);
  if (isFields(value)) return value;
  throw new Error(`Invalid argument \`value\` for \`db.${method}\`, expected an object`);
}

function objectOf(json: unknown, method: string): Record<string, JSONValue> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    return json as Record<string, JSONValue>;
  }
  throw new Error(`Invalid argument \`value\` for \`db.${method}\`, expected an object`);
}

function checkKept(old: Document, name: "_id" | "_creationTime", given: KeyPart): void {
  if (given === undefined || given === old[name]) return;
  throw new Error(
    `Provided \`${name}\` field value does not match the document's, which is ${old[name]}`,
  );
}

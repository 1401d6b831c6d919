import { expect, test } from "vitest";
import { folded, references } from "../../convex/model/accounts/merge.ts";
import schema from "../../convex/schema.ts";

// A validator as it describes itself.
type Json =
  | { type: "id"; tableName: string }
  | { type: "object"; value: Record<string, { fieldType: Json }> }
  | { type: "array"; value: Json }
  | { type: "union"; value: Json[] }
  | { type: "record"; keys: Json; values: { fieldType: Json } }
  | { type: "string" };

/** The fields of a validator that hold a user's id, at whatever depth: "userId", "sharedWith[]". */
function usersIn(json: Json, path: string): string[] {
  switch (json.type) {
    case "id":
      return json.tableName === "users" ? [path] : [];
    case "object":
      return Object.entries(json.value).flatMap(([name, { fieldType }]) =>
        usersIn(fieldType, path === "" ? name : `${path}.${name}`),
      );
    case "array":
      return usersIn(json.value, `${path}[]`);
    case "union":
      return [...new Set(json.value.flatMap((one) => usersIn(one, path)))];
    case "record":
      return [
        ...usersIn(json.keys, `${path}{key}`),
        ...usersIn(json.values.fieldType, `${path}{}`),
      ];
    default:
      return [];
  }
}

test("every field that names a user moves in a merge, by an index that begins with it", () => {
  const named = Object.entries(schema.tables).flatMap(([table, definition]) => {
    const { json } = definition.validator as unknown as { json: Json };
    return usersIn(json, "").map((field) => `${table}.${field}`);
  });
  const listed = [...references, ...folded].map(({ table, field }) => `${table}.${field}`);
  expect(named.length).toBeGreaterThan(5);
  expect(listed.toSorted()).toEqual(named.toSorted());
  for (const { table, index, field } of references) {
    const indexes = schema.tables[table][" indexes"]();
    expect(indexes.find(({ indexDescriptor }) => indexDescriptor === index)?.fields[0]).toBe(field);
  }
});

test("an id is found at every depth", () => {
  const id: Json = { type: "id", tableName: "users" };
  const inside: Json = { type: "union", value: [{ type: "string" }, { type: "array", value: id }] };
  expect(usersIn({ type: "object", value: { shared: { fieldType: inside } } }, "")).toEqual([
    "shared[]",
  ]);
  const record: Json = { type: "record", keys: id, values: { fieldType: id } };
  expect(usersIn(record, "votes")).toEqual(["votes{key}", "votes{}"]);
});

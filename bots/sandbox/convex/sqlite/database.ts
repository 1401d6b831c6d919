import { DatabaseSync, type StatementSync } from "node:sqlite";

// One file holds everything. The layout is the same for every deployment: documents as Convex's
// encoded JSON, and one table for all rows of all indexes, where a range of an index is a range of
// its primary key.

const layout = `
  CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), ts TEXT, creation REAL) STRICT;
  INSERT INTO clock VALUES (1, '0', 0);
  CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB) STRICT;
  CREATE TABLE tables (
    number INTEGER PRIMARY KEY, name TEXT UNIQUE, documents INTEGER, validator TEXT
  ) STRICT;
  CREATE TABLE indexes (
    number INTEGER PRIMARY KEY, tableNumber INTEGER, name TEXT, definition TEXT,
    UNIQUE (tableNumber, name)
  ) STRICT;
  CREATE TABLE documents (doc INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT, size INTEGER) STRICT;
  CREATE TABLE entries (
    indexNumber INTEGER, key BLOB, doc INTEGER, PRIMARY KEY (indexNumber, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE words (
    indexNumber INTEGER, word TEXT, doc INTEGER, count INTEGER,
    PRIMARY KEY (indexNumber, word, doc)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE files (id TEXT PRIMARY KEY, bytes BLOB) STRICT;
  CREATE TABLE crons (name TEXT PRIMARY KEY, due REAL, schedule TEXT) STRICT;
  CREATE TABLE answers (
    number INTEGER PRIMARY KEY, session TEXT, request INTEGER, json TEXT, UNIQUE (session, request)
  ) STRICT;
`;
const layoutVersion = 1;

export type Database = ReturnType<typeof openDatabase>;
type Parameter = null | number | bigint | string | Uint8Array;
type Row = Record<string, unknown>;

/** Opens the file, or makes it. One process at a time: another's is refused. */
export function openDatabase(file: string) {
  const sqlite = new DatabaseSync(file);
  try {
    sqlite.exec("PRAGMA locking_mode = EXCLUSIVE");
    sqlite.exec("PRAGMA journal_mode = WAL");
    // A commit is in the operating system's hands before it is acknowledged, so the death of this
    // process loses nothing. Waiting for the disk itself (FULL) would only add the case of a power
    // failure, at some milliseconds for each mutation; the file stays whole in either case.
    sqlite.exec("PRAGMA synchronous = NORMAL");
    sqlite.exec("PRAGMA cache_size = -65536");
    prepareLayout(sqlite);
  } catch (error) {
    sqlite.close();
    if (error instanceof Error && error.message.includes("locked")) {
      throw new Error(`${file} is in use by another process`, { cause: error });
    }
    throw error;
  }

  const statements = new Map<string, StatementSync>();
  function prepared(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = sqlite.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    run: (sql: string, ...parameters: Parameter[]) => prepared(sql).run(...parameters),
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as of `all`: the caller knows the statement's row type
    get: <T extends Row>(sql: string, ...parameters: Parameter[]) =>
      prepared(sql).get(...parameters) as T | undefined,
    all: <T extends Row>(sql: string, ...parameters: Parameter[]) =>
      prepared(sql).all(...parameters) as T[],
    begin: () => void prepared("BEGIN IMMEDIATE").run(),
    commit: () => void prepared("COMMIT").run(),
    /** Also where SQLite has done so itself, as when the disk is full. */
    rollback(): void {
      if (sqlite.isTransaction) prepared("ROLLBACK").run();
    },
    /** Savepoints nest; the innermost ends first. */
    savepoint: () => void prepared("SAVEPOINT nested").run(),
    release: () => void prepared("RELEASE nested").run(),
    undo(): void {
      prepared("ROLLBACK TO nested").run();
      prepared("RELEASE nested").run();
    },
    close(): void {
      statements.clear();
      sqlite.close();
    },
  };
}

function prepareLayout(sqlite: DatabaseSync): void {
  const { user_version: version } = sqlite.prepare("PRAGMA user_version").get() as {
    user_version: number;
  };
  if (version === layoutVersion) return;
  if (version !== 0) throw new Error(`The database has layout ${version}, not ${layoutVersion}`);
  sqlite.exec(`BEGIN IMMEDIATE; ${layout} PRAGMA user_version = ${layoutVersion}; COMMIT;`);
}

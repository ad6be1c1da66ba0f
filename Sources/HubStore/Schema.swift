/// The tables of `hub.db`.
///
/// Paths are stored as their order keys (see ``OrderKey``), nodes as blobs (see ``NodeBlob``),
/// times as nanoseconds since the epoch. History (`revisions`, `changes`) is only appended to.
enum Schema {
  static let statements = """
    CREATE TABLE projects (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
      created INTEGER NOT NULL, revision INTEGER NOT NULL, tree_digest BLOB NOT NULL,
      entries INTEGER NOT NULL, deleted INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX projects_name ON projects (name) WHERE deleted IS NULL;

    CREATE TABLE tree (
      project INTEGER NOT NULL, path BLOB NOT NULL, node BLOB NOT NULL, spelling TEXT,
      modified INTEGER NOT NULL, author TEXT NOT NULL, revision INTEGER NOT NULL,
      PRIMARY KEY (project, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE revisions (
      project INTEGER NOT NULL, revision INTEGER NOT NULL, commit_id TEXT NOT NULL,
      changes_digest BLOB NOT NULL, author TEXT NOT NULL, message TEXT, time INTEGER NOT NULL,
      tree_digest BLOB NOT NULL, entries INTEGER NOT NULL, changes INTEGER NOT NULL,
      PRIMARY KEY (project, revision)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX revisions_commit ON revisions (project, commit_id);

    CREATE TABLE changes (
      project INTEGER NOT NULL, revision INTEGER NOT NULL, path BLOB NOT NULL,
      before BLOB, after BLOB, spelling TEXT, modified INTEGER NOT NULL,
      PRIMARY KEY (project, revision, path)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX changes_path ON changes (project, path, revision);

    CREATE TABLE packs (
      project INTEGER NOT NULL, pack INTEGER NOT NULL, length INTEGER NOT NULL,
      PRIMARY KEY (project, pack)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE objects (
      project INTEGER NOT NULL, digest BLOB NOT NULL, size INTEGER NOT NULL,
      pack INTEGER NOT NULL, frame_offset INTEGER NOT NULL, frame_length INTEGER NOT NULL,
      raw_offset INTEGER NOT NULL,
      PRIMARY KEY (project, digest)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE purged (
      project INTEGER NOT NULL, digest BLOB NOT NULL, time INTEGER NOT NULL, actor TEXT NOT NULL,
      PRIMARY KEY (project, digest)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE uploads (
      project INTEGER NOT NULL, digest BLOB NOT NULL, size INTEGER NOT NULL,
      received INTEGER NOT NULL, updated INTEGER NOT NULL,
      PRIMARY KEY (project, digest)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE drafts (
      project INTEGER NOT NULL, path BLOB NOT NULL, spelling TEXT, digest BLOB NOT NULL,
      size INTEGER NOT NULL, modified INTEGER NOT NULL, author TEXT NOT NULL,
      PRIMARY KEY (project, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE current (
      project INTEGER NOT NULL, path BLOB NOT NULL, revision INTEGER NOT NULL, node BLOB,
      modified INTEGER NOT NULL, author TEXT NOT NULL,
      PRIMARY KEY (project, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE tokens (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, lookup INTEGER NOT NULL, hash BLOB NOT NULL,
      scope TEXT NOT NULL, project INTEGER, created INTEGER NOT NULL, expires INTEGER,
      revoked INTEGER, last_used INTEGER
    ) STRICT;
    CREATE INDEX tokens_lookup ON tokens (lookup);

    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, actor TEXT NOT NULL,
      action TEXT NOT NULL, project TEXT, detail TEXT
    ) STRICT;
    """
}

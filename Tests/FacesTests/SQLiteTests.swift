import SQLite
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct SQLiteTests {
  private struct Stop: Error {}

  private func memory() throws -> Connection {
    try Connection(path: "", mode: .memory)
  }

  /// Calls a body with the path of a new folder, which is removed afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/syncline-sqlite-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Stop() }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      for name in ["a.db", "b.db", "a.db-wal", "a.db-shm", "a.db-journal"] {
        unlink(folder + "/" + name)
      }
      rmdir(folder)
    }
    try body(folder)
  }

  private func count(_ database: Connection, _ table: String) throws -> Int? {
    try database.statement("SELECT count(*) FROM \(table)").first { $0.int(0) }
  }

  @Test func `values come back as they went in`() throws {
    let database = try memory()
    try database.execute("CREATE TABLE t (a, b, c, d, e, f, g, h)")
    let blob: [UInt8] = [0, 255, 7]
    try database.run(
      "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", Int64.min, 42, "é\u{0}x", "", blob,
      [UInt8](), String?.none, true)
    #expect(database.lastInsertRowID == 1)
    #expect(database.changes == 1)
    let statement = try database.statement("SELECT * FROM t")
    let hasRow = try statement.step()
    #expect(hasRow)
    #expect(statement.columnCount == 8)
    #expect(statement.int64(0) == .min)
    #expect(statement.int(1) == 42)
    #expect(statement.string(2) == "é\u{0}x")
    #expect(statement.optionalString(3) == "")
    #expect(statement.bytes(4) == blob)
    #expect(statement.withBytes(4) { $0.count } == 3)
    #expect(!statement.isNull(5))
    #expect(statement.optionalBytes(5) == [])
    #expect(statement.isNull(6))
    #expect(statement.optionalString(6) == nil)
    #expect(statement.optionalInt64(6) == nil)
    #expect(statement.optionalBytes(6) == nil)
    #expect(statement.bool(7))
    let hasMore = try statement.step()
    #expect(!hasMore)
  }

  @Test func `a statement is prepared once, and twice while it has rows left`() throws {
    let database = try memory()
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
    let sql = "SELECT a FROM t WHERE a >= ? ORDER BY a"
    let outer = try database.statement(sql).bind(1)
    var pairs: [[Int]] = []
    while try outer.step() {
      let inner = try database.statement(sql)
      #expect(inner !== outer)
      try inner.bind(2)
      try inner.forEachRow { pairs.append([outer.int(0), $0.int(0)]) }
    }
    #expect(pairs == [[1, 2], [2, 2]])
    #expect(try database.statement(sql) === outer)
    // Values do not stay behind for the next user.
    #expect(try database.statement(sql).first { $0.int(0) } == nil)
  }

  @Test func `errors carry code and SQL but no value`() throws {
    let database = try memory()
    try database.execute("CREATE TABLE t (a UNIQUE)")
    let sql = "INSERT INTO t VALUES (?)"
    try database.run(sql, "secret")
    let thrown = #expect(throws: SQLiteError.self) { try database.run(sql, "secret") }
    let error = try #require(thrown)
    #expect(error == .constraintUnique)
    #expect(SQLiteError.constraint ~= error)
    #expect(!(SQLiteError.constraintForeignKey ~= error))
    #expect(error.primary == .constraint)
    #expect(error.sql == sql)
    #expect(error.description.contains("t.a"))
    #expect(!error.description.contains("secret"))
    #expect(throws: SQLiteError.generic) { try database.statement("SELEC 1") }
    #expect(throws: SQLiteError.generic) { try database.statement("SELECT nothing") }
    #expect(throws: SQLiteError.generic) { try database.statement("SELECT \"nothing\"") }
    #expect(throws: SQLiteError.misuse) { try database.statement("") }
    #expect(throws: SQLiteError.misuse) { try database.statement("SELECT 1; SELECT 2") }
    #expect(throws: SQLiteError.misuse) { try database.execute("SELECT 1;\u{0} DROP TABLE t") }
    #expect(throws: SQLiteError.range) { try database.run(sql, 1, 2) }
    #expect(try count(database, "t") == 1)
  }

  @Test func `a transaction holds or leaves no trace`() throws {
    let database = try memory()
    try database.execute("CREATE TABLE t (a)")
    let result = try database.transaction {
      try database.run("INSERT INTO t VALUES (?)", 1)
      #expect(database.isInTransaction)
      return "done"
    }
    #expect(result == "done")
    #expect(throws: Stop.self) {
      try database.transaction {
        try database.run("INSERT INTO t VALUES (?)", 2)
        throw Stop()
      }
    }
    #expect(!database.isInTransaction)
    try database.transaction {
      try database.run("INSERT INTO t VALUES (?)", 3)
      #expect(throws: Stop.self) {
        try database.transaction {
          try database.run("INSERT INTO t VALUES (?)", 4)
          throw Stop()
        }
      }
      try database.transaction { try database.run("INSERT INTO t VALUES (?)", 5) }
    }
    var values: [Int] = []
    try database.statement("SELECT a FROM t").forEachRow { values.append($0.int(0)) }
    #expect(values == [1, 3, 5])
    #expect(throws: SQLiteError.generic) { try database.execute("COMMIT") }
  }

  @Test func `another connection's lock is busy, and a reader cannot write`() throws {
    try withFolder { folder in
      let path = folder + "/a.db"
      #expect(throws: SQLiteError.cannotOpen) { try Connection(path: path, mode: .readOnly) }
      #expect(throws: SQLiteError.cannotOpen) { try Connection(path: path, mode: .readWrite) }
      let writer = try Connection(path: path)
      try writer.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
      let other = try Connection(path: path, mode: .readWrite, busyTimeout: 0)
      try writer.transaction {
        try writer.run("INSERT INTO t VALUES (?)", 1)
        #expect(throws: SQLiteError.busy) { try other.transaction {} }
        #expect(try count(other, "t") == 0)
      }
      #expect(try count(other, "t") == 1)
      let reader = try Connection(path: path, mode: .readOnly)
      do {
        try reader.run("INSERT INTO t VALUES (?)", 1)
        Issue.record("a reader wrote")
      } catch SQLiteError.readOnly {}
    }
  }

  @Test(arguments: ["", ":memory:", ":x", "/nowhere/at/all.db", "/tmp", "/tmp/a\u{0}b"])
  func `a path that is no file's is refused`(path: String) {
    do {
      _ = try Connection(path: path)
      Issue.record("opened")
    } catch SQLiteError.cannotOpen {
    } catch {
      Issue.record(error)
    }
  }

  @Test func `a foreign and a damaged file are told apart from a sound one`() throws {
    try withFolder { folder in
      let path = folder + "/a.db"
      func overwrite(at place: Int, with bytes: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        guard file >= 0, pwrite(file, bytes, bytes.count, off_t(place)) == bytes.count else {
          throw Stop()
        }
        close(file)
      }
      try overwrite(at: 0, with: Array("<!doctype html> this is no database, but a page".utf8))
      #expect(throws: SQLiteError.notADatabase) {
        try Connection(path: path).execute("SELECT * FROM sqlite_schema")
      }
      unlink(path)
      do {
        let database = try Connection(path: path)
        try database.execute("CREATE TABLE t (a); CREATE INDEX i ON t (a)")
        try database.transaction {
          for number in 0..<2000 {
            try database.run("INSERT INTO t VALUES (?)", "text \(number)")
          }
        }
        #expect(try database.quickCheck() == [])
        try database.setUserVersion(7)
      }
      try overwrite(at: 8192, with: [UInt8](repeating: 0xEE, count: 4096))
      let database = try Connection(path: path)
      #expect(try database.userVersion() == 7)
      do {
        #expect(try !database.quickCheck().isEmpty)
      } catch SQLiteError.corrupt {
        // Too damaged even to list what is wrong.
      }
    }
  }

  @Test func `a backup is the whole database at one moment`() throws {
    try withFolder { folder in
      let database = try Connection(path: folder + "/a.db")
      try database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
      for number in 0..<100 { try database.run("INSERT INTO t VALUES (?)", number) }
      try database.backup(to: folder + "/b.db")
      try database.execute("DELETE FROM t")
      let copy = try Connection(path: folder + "/b.db", mode: .readOnly)
      #expect(try count(copy, "t") == 100)
      #expect(try copy.quickCheck() == [])
      do {
        try database.backup(to: folder + "/missing/c.db")
        Issue.record("backed up into nowhere")
      } catch SQLiteError.cannotOpen {}
    }
  }

  @Test func `an interrupter stops a running statement, and outlives the connection`() throws {
    let interrupter: Interrupter
    do {
      let database = try memory()
      interrupter = database.interrupter
      let endless = try database.statement(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
      var rows = 0
      #expect(throws: SQLiteError.interrupted) {
        while try endless.step() {
          rows += 1
          if rows == 10 { interrupter.interrupt() }
        }
      }
      #expect(rows >= 10)
      #expect(try database.statement("SELECT 1").first { $0.int(0) } == 1)
    }
    interrupter.interrupt()
  }

  @Test func `a statement may outlive its connection`() throws {
    let statement = try memory().statement("SELECT 5")
    #expect(try statement.first { $0.int(0) } == 5)
  }
}

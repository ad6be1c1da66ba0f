import Crypto
import Platform
import SQLite
import SyncModel
import Testing

/// Everything about a folder that a look at it must leave as it was.
struct Imprint: Equatable {
  private(set) var lines: [TreePath: String] = [:]

  /// Reads a folder: kind, mode, time and content of each file, link and folder in it.
  ///
  /// SQLite's own `-wal` and `-shm` come and go, and change the time of the folder they are in. A
  /// database counts as the rows that it holds; the stat cache and the time at which a token was
  /// used last are allowed to change.
  init(_ path: String) throws {
    try read(try POSIXFileSystem().openDirectory(path: path), at: path, below: [])
  }

  private mutating func read(
    _ folder: any Directory, at place: String, below prefix: [UInt8]
  ) throws {
    let names = try folder.list().byteNames
    let hasDatabase = names.contains { String(decoding: $0, as: UTF8.self).hasSuffix(".db") }
    let own = try folder.status()
    lines[TreePath(bytes: prefix)] =
      "folder \(own.mode)" + (hasDatabase ? "" : " \(own.modified)")
    for name in names {
      let text = String(decoding: name, as: UTF8.self)
      if text.hasSuffix("-wal") || text.hasSuffix("-shm") { continue }
      let status = try folder.status(of: text)
      let path = TreePath(bytes: prefix + name)
      switch status.kind {
      case .directory:
        try read(
          try folder.openDirectory(text), at: place + "/" + text,
          below: prefix + name + [UInt8(ascii: "/")])
      case .file where text.hasSuffix(".db"):
        lines[path] = "database \(status.mode)"
        try dump(place + "/" + text, as: path)
      case .file:
        let digest = SHA256.hash(try folder.readFile(text))
        lines[path] = "file \(status.mode) \(status.modified) \(digest.hex)"
      case .link:
        lines[path] = "link \(status.modified) \(try folder.readLink(text))"
      case .special, .unknown: lines[path] = "special"
      }
    }
  }

  private mutating func dump(_ place: String, as path: TreePath) throws {
    let database = try Connection(path: place, mode: .readOnly)
    var tables: [String] = []
    try database.statement("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .forEachRow { tables.append($0.string(0)) }
    for table in tables where !["stat_cache", "stat_folders"].contains(table) {
      var columns: [String] = []
      try database.statement("SELECT name FROM pragma_table_info('\(table)')")
        .forEachRow { columns.append($0.string(0)) }
      columns.removeAll { $0 == "last_used" }
      let list = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
      var rows: [String] = []
      try database.statement("SELECT \(list) FROM \"\(table)\"")
        .forEachRow { rows.append($0.string(0)) }
      rows.sort()
      let text = Array(rows.joined(separator: "\n").utf8)
      lines[TreePath(bytes: path.bytes + [UInt8(ascii: "#")] + Array(table.utf8))] =
        "\(rows.count) rows \(SHA256.hash(text).hex)"
    }
  }

  /// What two imprints differ in, one line each.
  func differences(from other: Imprint) -> [String] {
    Set(lines.keys).union(other.lines.keys).filter { lines[$0] != other.lines[$0] }.sorted()
      .map { "\($0): \(other.lines[$0] ?? "nothing") became \(lines[$0] ?? "nothing")" }
  }
}

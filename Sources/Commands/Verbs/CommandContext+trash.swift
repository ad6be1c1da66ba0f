import CommandLineKit
import Engine
import JSON
import LocalReplica
import Platform
import SyncModel

extension CommandContext {
  /// `trash list`: lists what runs replaced and deleted, newest run first.
  func trashList() throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: false)
    var entries: [TrashStore.Entry] = []
    if let hidden = session.folder.hidden {
      try session.folder.requireReadable(["trash"])
      let trash = TrashStore(state: hidden)
      for run in try trash.runs().reversed() { entries += try trash.entries(of: run) }
    }
    let bytes = entries.reduce(UInt64(0)) { $0 &+ $1.size }
    try console.document([
      "schema": "syncline/trash/1", "entries": .array(entries.map(\.document)),
      "bytes": .integer(Int64(clamping: bytes)),
    ])
    guard !console.isJSON else { return .success }
    guard !entries.isEmpty else {
      try console.note("note: the trash is empty")
      return .success
    }
    var table = Table(
      header: ["run", "time", "size", "path", "place"],
      alignments: [.left, .left, .right, .left, .left])
    for entry in entries {
      let seconds = RunTime.began(entry.run).map { Int($0.seconds) }
      let time = seconds.map {
        Moment.text(secondsSinceEpoch: $0, offset: surroundings.utcOffset($0))
      }
      table.add([
        Table.Cell(entry.run), Table.Cell(time ?? "-"), Table.Cell(ByteSize.text(entry.size)),
        Table.Cell(String(decoding: entry.path, as: UTF8.self)), Table.Cell(entry.place),
      ])
    }
    try console.write(table.text(console.outputColor))
    try console.line(
      "\(Plural.text(entries.count, "file")), \(ByteSize.text(bytes)); "
        + "'syncline undo RUN' takes a run back")
    return .success
  }

  /// `trash prune`: removes what is older than the time to keep, with the record of its runs.
  func trashPrune() throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: !isDryRun)
    var runs: [String] = []
    var files = 0
    var bytes: UInt64 = 0
    if let hidden = session.folder.hidden {
      try session.folder.requireReadable(["trash"])
      let trash = TrashStore(state: hidden)
      let pruning = TrashPruning(
        state: session.state, trash: trash, keep: session.keepTrash,
        now: Timestamp(nanoseconds: surroundings.clock.now()))
      runs = try pruning.oldRuns()
      for run in runs {
        let entries = try trash.entries(of: run)
        files += entries.count
        bytes = entries.reduce(bytes) { $0 &+ $1.size }
      }
      if !isDryRun { try pruning.prune(runs) }
    }
    try console.document([
      "schema": "syncline/prune/1", "dry_run": .bool(isDryRun),
      "runs": .array(runs.map { .string($0) }), "files": .integer(Int64(files)),
      "bytes": .integer(Int64(clamping: bytes)),
    ])
    let days = TimeSpan.text(milliseconds: UInt64(clamping: session.keepTrash / 1_000_000))
    guard !runs.isEmpty else {
      try console.line("Nothing is older than \(days) (limits.keep_trash).")
      return .success
    }
    try console.line(
      "\(isDryRun ? "Would remove" : "Removed") \(Plural.text(files, "file")) "
        + "(\(ByteSize.text(bytes))) of \(Plural.text(runs.count, "run")) "
        + "older than \(days); \(isDryRun ? "they" : "these") can no longer be taken back"
        + (isDryRun ? " then." : "."))
    return .success
  }
}

extension TrashStore.Entry {
  /// Where it is kept, below the project's folder.
  fileprivate var place: String {
    ".syncline/trash/\(run)/\(folder)/" + String(decoding: path, as: UTF8.self)
  }

  /// The entry as scripts read it.
  fileprivate var document: JSONValue {
    var object = JSONObject()
    object.insert("run", .string(run))
    object.insert(
      "time",
      RunTime.began(run).map { .string(ISO8601.string(nanoseconds: $0.nanoseconds)) } ?? .null)
    object.insert("side", .string(side))
    object.insert("path", .string(String(decoding: path, as: UTF8.self)))
    if String(validating: path, as: UTF8.self) == nil {
      object.insert("path_bytes", .string(Base64.encode(path)))
    }
    object.insert("size", .integer(Int64(clamping: size)))
    if isLink { object.insert("link", true) }
    object.insert("where", .string(place))
    return .object(object)
  }
}

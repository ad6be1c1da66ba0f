import Platform
import CommandLineKit
import Engine
import JSON
import ProjectState
import SyncModel

extension CommandContext {
  /// `runs`: lists the runs of this folder, newest first.
  func runs() throws -> ExitCode {
    let session = try FolderSession.open(self, isWriting: false)
    let names = try session.state.targetNames()
    let records = try session.state.runs(limit: invocation.number(of: Options.limit))
    try console.document([
      "schema": "syncline/runs/1",
      "runs": .array(records.map { $0.document(target: names[$0.target]) }),
    ])
    guard !console.isJSON else { return .success }
    guard !records.isEmpty else {
      try console.note("note: no run of this folder has written anything")
      return .success
    }
    let table = records.table(utcOffset: surroundings.utcOffset) { names[$0.target] ?? "-" }
    try console.write(table.text(console.outputColor))
    if records.contains(where: { $0.state == .applying }) {
      try console.note(
        "note: an unfinished run writes now, or was cut off; the next run settles it then")
    }
    return .success
  }
}

extension [RunRecord] {
  /// The runs for people; the target is left out where there is only one.
  func table(
    utcOffset: (Int) -> Int, target: ((RunRecord) -> String)? = nil
  ) -> Table {
    var table = Table(
      header: ["run", "started", "verb"] + (target == nil ? [] : ["target"])
        + ["what it did", "state"])
    for record in self {
      let seconds = Int(record.started.seconds)
      var row = [
        Table.Cell(record.id),
        Table.Cell(Moment.text(secondsSinceEpoch: seconds, offset: utcOffset(seconds))),
        Table.Cell(record.verb),
      ]
      if let target { row.append(Table.Cell(target(record))) }
      table.add(row + [Table.Cell(record.words), Table.Cell(record.stateWord)])
    }
    return table
  }
}

extension RunRecord {
  /// The run as scripts read it.
  func document(target name: String?) -> JSONValue {
    let counts = RunSummary(json: summary)
    var object = JSONObject()
    object.insert("run", .string(id))
    object.insert("started", .string(ISO8601.string(nanoseconds: started.nanoseconds)))
    object.insert(
      "finished", finished.map { .string(ISO8601.string(nanoseconds: $0.nanoseconds)) } ?? .null)
    object.insert("verb", .string(verb))
    object.insert("target", name.map { .string($0) } ?? .null)
    object.insert("state", .string(stateWord))
    object.insert("message", message.map { .string($0) } ?? .null)
    object.insert("undoes", undoes.map { .string($0) } ?? .null)
    object.insert(
      "counts",
      counts.map {
        [
          "pulled": .integer(Int64($0.pulled)), "pushed": .integer(Int64($0.pushed)),
          "deleted_local": .integer(Int64($0.deletedLocal)),
          "deleted_remote": .integer(Int64($0.deletedRemote)),
        ]
      } ?? .null)
    return .object(object)
  }

  fileprivate var stateWord: String {
    switch state {
    case .applying: "unfinished"
    case .finished: "finished"
    case .undone: "undone"
    }
  }

  /// What the run did, for people.
  fileprivate var words: String {
    guard let counts = RunSummary(json: summary) else { return "-" }
    var parts: [String] = []
    func add(_ count: Int, _ word: String) { if count > 0 { parts.append("\(count) \(word)") } }
    add(counts.pulled, "written here")
    add(counts.pushed, "written remote")
    add(counts.deletedLocal, "deleted here")
    add(counts.deletedRemote, "deleted remote")
    let what = parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    return undoes.map { "took back \($0): \(what)" } ?? what
  }
}

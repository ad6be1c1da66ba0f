import Crypto
import JSON
import SyncModel
import TestSupport
import Testing

/// Two clones that push at the same moment, again and again.
@Suite struct TwoWritersTests {
  /// What two writers do in the same moment.
  private enum Meeting: CaseIterable {
    case sameFile, otherFiles, sameNewFile, oneOfTwoFiles, fileAndFolder, editAndDeletion

    /// Whether one of the two must be refused.
    var collides: Bool { self != .otherFiles }
  }

  @Test(.timeLimit(.minutes(10)))
  func `two clones push at once for two hundred rounds and no update is lost`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    let first = try ada.bind("ada", to: "p", of: hub)
    for name in ["shared.txt", "ours/ada.txt", "ours/ben.txt"] {
      try first.write("the first \(name)\n", to: name)
    }
    try first.run("push").require(0)
    let second = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    var written: Set<Digest> = []
    var refusals = 0

    for round in 0..<200 {
      let meeting = Meeting.allCases[round % Meeting.allCases.count]
      let path = try prepare(meeting, round, first, second, &written)
      let results = try atOnce([first, second], "push")
      let lost = try expect(results, meeting, path, round)
      if let lost {
        refusals += 1
        try settle([first, second][lost], path, round)
      }
      for pulled in try atOnce([first, second], "pull") {
        pulled.expect(0)
        #expect(try pulled.paths("conflicts") == [], "round \(round)")
      }
      try #require(
        try first.content() == second.content(), "round \(round), \(meeting): the two differ")
    }

    #expect(refusals >= 200 / Meeting.allCases.count)
    try expectHistory(holds: written, first)
    hub.stop()
    try hub.expectClean()
    // One commit at a time: nobody met an error that is the hub's own.
    #expect(try hub.requests().filter { $0.status >= 500 }.map(\.description) == [])
  }

  /// Runs a verb in all clones at the same moment.
  private func atOnce(_ clones: [Clone], _ verb: String) throws -> [CommandResult] {
    let processes = try clones.map { try $0.start(verb, "--json") }
    return processes.map { process in
      CommandResult(arguments: [verb], outcome: process.wait(seconds: 30))
    }
  }

  /// Makes both edits of a round; returns the path on which they meet.
  private func prepare(
    _ meeting: Meeting, _ round: Int, _ first: Clone, _ second: Clone,
    _ written: inout Set<Digest>
  ) throws -> String {
    func write(_ clone: Clone, _ path: String) throws {
      let text = "round \(round) by \(clone.person.name) at \(path)\n"
      written.insert(SHA256.hash(Array(text.utf8)))
      try clone.write(text, to: path)
    }
    switch meeting {
    case .sameFile:
      try write(first, "shared.txt")
      try write(second, "shared.txt")
      return "shared.txt"
    case .otherFiles:
      try write(first, "ours/ada.txt")
      try write(second, "ours/ben.txt")
      return ""
    case .sameNewFile:
      try write(first, "new/\(round).txt")
      try write(second, "new/\(round).txt")
      return "new/\(round).txt"
    case .oneOfTwoFiles:
      for clone in [first, second] {
        try write(clone, "shared.txt")
        try write(clone, "ours/\(clone.person.name).txt")
      }
      return "shared.txt"
    case .fileAndFolder:
      try write(first, "new/d\(round)")
      try write(second, "new/d\(round)/inside.txt")
      return "new/d\(round)"
    case .editAndDeletion:
      try write(first, "shared.txt")
      try second.remove("shared.txt")
      return "shared.txt"
    }
  }

  /// Expects what a round may come to; returns who was refused.
  private func expect(
    _ results: [CommandResult], _ meeting: Meeting, _ path: String, _ round: Int
  ) throws -> Int? {
    guard meeting.collides else {
      for result in results { result.expect(0) }
      return nil
    }
    let refused = results.indices.filter { results[$0].exitCode != 0 }
    try #require(refused.count == 1, "round \(round), \(meeting): \(results.map(\.words))")
    let loser = refused[0]
    results[loser].expect(3)
    let conflicts = try results[loser].paths("conflicts")
    #expect(conflicts == [path], "round \(round), \(meeting): \(results[loser].words)")
    // What did not meet is pushed all the same.
    #expect(try results[loser].paths("pushed").count == (meeting == .oneOfTwoFiles ? 1 : 0))
    return loser
  }

  /// Takes the side of the one who was refused, after a pull that shows what moved.
  private func settle(_ clone: Clone, _ path: String, _ round: Int) throws {
    let pulled = try clone.json("pull").expect(3)
    #expect(try pulled.paths("conflicts") == [path], "round \(round)")
    try clone.json("resolve", path, "--keep", "local").require(0)
    let pushed = try clone.json("push").require(0)
    #expect(try pushed.paths("conflicts") == [], "round \(round)")
  }

  /// Expects one revision after the other without a gap, and every content that was written.
  private func expectHistory(holds written: Set<Digest>, _ clone: Clone) throws {
    let log = try clone.json("log").require(0).document()
    let entries = try #require(log["entries"]?.arrayValue)
    let revisions = entries.compactMap { $0["revision"]?.intValue }
    #expect(revisions == (1...entries.count).reversed().map { $0 })
    var head: [String: String] = [:]
    var held: Set<Digest> = []
    for entry in entries.reversed() {
      for change in try #require(entry["changes"]?.arrayValue) {
        let path = try #require(change["path"]?.stringValue)
        // Each change replaces what the one before it left: nothing was written over unseen.
        #expect(change["before"]?.stringValue == head[path], "\(path)")
        head[path] = change["after"]?.stringValue
        if let digest = change["after"]?.stringValue.flatMap(Digest.init(text:)) {
          held.insert(digest)
        }
      }
    }
    #expect(written.subtracting(held).count == 0, "contents are missing from the history")
    let present = try clone.content()
    #expect(Set(head.keys) == Set(present.paths.map(\.description)))
    for (path, text) in head {
      let digest = try #require(Digest(text: text))
      #expect(present[TreePath(path)] == .file(digest, isExecutable: false), "\(path)")
    }
  }
}

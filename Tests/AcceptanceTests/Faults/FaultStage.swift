import Crypto
import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// Three users with a clone each of one project, and a proxy between them and the hub.
final class FaultStage {
  let stage: Stage
  let hub: HubProcess
  let proxy: FaultProxy
  /// A clone that nothing stands before, whose log shows what the hub has.
  private let witness: Clone
  private(set) var users: [FaultUser]
  var ledger = FaultLedger()

  /// Makes the project with some files in it, in step with everybody.
  init(users count: Int = 3, seed: UInt64) throws {
    let (stage, hub, keeper) = try Stage.withProject()
    (self.stage, self.hub) = (stage, hub)
    proxy = try FaultProxy(before: try #require(UInt16(hub.port)))
    witness = try keeper.bind("witness", to: "p", of: hub)
    users = []
    for (number, name) in ["ben", "eve", "kim", "lou"].prefix(count).enumerated() {
      let person = try stage.person(name, of: hub)
      try person.run(["clone", proxy.url + "/p", name]).require(0)
      let clone = Clone(path: stage.path + "/" + name, person: person)
      users.append(FaultUser(clone, seed: seed &* 31 &+ UInt64(number)))
    }
    try edit(0, 40)
    try users[0].clone.run("push").require(0)
    for user in users { try user.clone.run("pull").require(0) }
  }

  /// Lets a user make some edits.
  func edit(_ user: Int, _ times: Int, during isRunning: Bool = false) throws {
    try users[user].edit(times, &ledger, during: isRunning)
  }

  /// The options that lift the brakes: a handful of files is soon all of them.
  static let lifted = ["--allow-deletes", "1000", "--allow-mass-change", "--allow-empty"]

  /// Draws a verb with its options.
  static func verb(_ random: inout SeededGenerator) -> [String] {
    let prefer = ["fail", "fail", "both", "both", "local", "remote", "newest"]
    switch random.next() % 8 {
    case 0...1: return ["push"] + lifted
    case 2...3: return ["pull"] + lifted
    case 4: return ["sync", "--atomic"] + lifted
    default: return ["sync", "--prefer", random.pick(prefer)] + lifted
    }
  }

  /// Starts a verb of a user.
  func start(_ user: Int, _ words: [String]) throws -> FaultRun {
    let clone = users[user].clone
    let before = try clone.tree()
    let process = try ChildProcess(
      try Syncline.binary(), words + ["--json"], environment: clone.person.environment,
      directory: clone.path)
    return FaultRun(clone: clone, words: words, before: before, process: process)
  }

  /// What the hub's history holds, and what each revision left at each path.
  func history() throws -> FaultHistory {
    FaultHistory(try witness.json("log").require(0).document())
  }

  /// Everybody syncs in peace, and nothing that anybody ever wrote is gone.
  func expectNothingLost(_ words: String) throws {
    proxy.play(nil)
    // Copies of conflicts go round once more than what they are copies of.
    for _ in 0..<3 {
      for user in users {
        let result = try user.clone.person.run(
          ["sync", "--prefer", "both", "--json"] + FaultStage.lifted, in: user.clone.path)
        result.expect(0, 3, 4).expectHarmless(token: user.clone.person.token)
        try result.expectHonest()
      }
    }
    let first = users[0].clone
    for user in users {
      let quiet = try user.clone.json("sync", "--allow-deletes", "1000").expect(0)
      #expect(try quiet.document()["run"]?.isNull == true, "\(words): \(quiet.words)")
      try user.clone.run("check").expect(0)
      try user.clone.expectNoLitter()
      expectSame(try first.content(), try user.clone.content())
    }
    try expectLedger(words)
    hub.stop()
    try hub.expectClean()
    #expect(try hub.requests().filter { $0.status >= 500 }.map(\.description) == [])
    try hub.restart()
  }

  /// Every content that is owed is in a clone, in its trash, a conflict copy or the history; and
  /// nothing else is.
  func expectLedger(_ words: String) throws {
    let history = try history()
    var found = history.marks
    for user in users {
      found.formUnion(try user.clone.content().marks)
      for area in ["trash", "conflicts"] where user.clone.has(".syncline/" + area) {
        found.formUnion(try TreeListing(user.clone.path + "/.syncline/" + area).marks)
      }
    }
    let missing = ledger.missing(from: found)
    try #require(missing.isEmpty, "\(words): \(missing.count) are lost: \(missing.prefix(5))")
    // Half a content is one that nobody wrote.
    let strange = ledger.strange(in: found)
    try #require(strange.isEmpty, "\(words): nobody wrote \(strange.prefix(5))")
  }
}

/// What a hub's history says.
struct FaultHistory {
  /// Each path's marks, oldest first; nothing for a deletion.
  private(set) var paths: [String: [Mark?]] = [:]

  /// How many revisions there are.
  let revisions: Int

  /// Reads a log, which begins with what is newest.
  init(_ log: JSONValue) {
    let entries = log["entries"]?.arrayValue ?? []
    revisions = entries.count
    for entry in entries.reversed() {
      for change in entry["changes"]?.arrayValue ?? [] {
        guard let path = change["path"]?.stringValue else { continue }
        paths[path, default: []].append(Mark(after: change))
      }
    }
  }

  /// Everything that stood in any revision.
  var marks: Set<Mark> { Set(paths.values.joined().compactMap { $0 }) }

  /// Whether a path ever held something, or was ever deleted.
  func had(_ mark: Mark?, at path: String) -> Bool { paths[path]?.contains(mark) == true }
}

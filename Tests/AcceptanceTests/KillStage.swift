import Platform
import Synchronization
import SyncModel
import Testing
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A hub and a clone that can be put back, as often as wanted, to the moment before a verb.
///
/// The clone is `b`; a teammate's clone `a` made what there is to pull.
final class KillStage {
  /// What is done and killed.
  let verb: KillVerb
  let stage: Stage
  let hub: HubProcess
  let person: Person
  /// The clone that the verb runs in; made by the verb itself where that is `clone`.
  let clone: Clone
  /// What the clone holds when nobody disturbs the verb.
  private(set) var result: TreeListing
  /// How long that takes, in nanoseconds.
  private(set) var duration: Int64 = 0
  /// What the clone holds before.
  private(set) var before: TreeListing

  /// Builds the world of a verb, runs it once undisturbed, and keeps what came of it.
  init(_ verb: KillVerb, isSmall: Bool = false) throws {
    self.verb = verb
    let (stage, hub, ada) = try Stage.withProject()
    (self.stage, self.hub, person) = (stage, hub, ada)
    clone = Clone(path: stage.path + "/b", person: ada)
    let teammate = try ada.bind("a", to: "p", of: hub)
    var random = SeededGenerator(seed: 7)
    let files = try KillFiles(random: &random, isSmall: isSmall)
    try files.fill(teammate)
    try teammate.run("push").require(0)
    if verb != .clone { _ = try ada.clone("p", of: hub, into: "b") }
    if verb.pulls {
      try files.perturb(teammate, as: "a", half: 0)
      try teammate.run("push", "--allow-deletes", "100").require(0)
    }
    if verb.pushes { try files.perturb(clone, as: "b", half: 1) }
    hub.stop()
    for name in ["hub", "b"] where access(stage.path + "/" + name, F_OK) == 0 {
      try KillStage.copy(stage.path + "/" + name, to: stage.path + "/saved-" + name)
    }
    before = try verb == .clone ? TreeListing.nothing : TreeListing(clone.path)
    result = before
    try reset()
    let start = WallClock.system.monotonic()
    try run().require(0)
    duration = WallClock.system.monotonic() - start
    result = try TreeListing(clone.path)
    let isChanged = result != before
    try #require(isChanged == verb.pulls)
    try expectSettled()
    hub.kill()
  }

  private static func copy(_ from: String, to: String) throws {
    let outcome = try ChildProcess.run("/bin/cp", ["-a", from, to])
    try #require(outcome.exitCode == 0, "\(outcome.errorText)")
  }

  /// Puts everything back as it was before the verb, and starts the hub.
  func reset() throws {
    hub.kill()
    for name in ["hub", "b"] {
      let outcome = try ChildProcess.run("/bin/rm", ["-rf", stage.path + "/" + name])
      try #require(outcome.exitCode == 0, "\(outcome.errorText)")
      let saved = stage.path + "/saved-" + name
      if access(saved, F_OK) == 0 { try KillStage.copy(saved, to: stage.path + "/" + name) }
    }
    try hub.restart()
  }

  /// The words of the verb.
  var arguments: [String] {
    switch verb {
    case .clone: ["clone", hub.url + "/p", "b"]
    case .pull, .push, .sync: [verb.rawValue, "--allow-deletes", "100"]
    }
  }

  /// The folder that the verb runs in.
  var folder: String { verb == .clone ? stage.path : clone.path }

  /// Starts the verb; `prefix` is a program that runs it, with its own words.
  func start(through prefix: [String] = [], options: [String] = []) throws -> ChildProcess {
    let words = prefix + [try Syncline.binary()] + arguments + options
    return try ChildProcess(
      words[0], Array(words.dropFirst()), environment: person.environment, directory: folder)
  }

  /// Runs the verb to its end.
  func run() throws -> CommandResult { try person.run(arguments, in: folder, seconds: 120) }

  /// Runs the verb until it has nothing left to do, as its user would.
  func finish(accepting codes: [Int32] = [0]) throws -> CommandResult {
    var last = try run()
    for _ in 0..<3 where !codes.contains(last.exitCode) {
      // A clone that came to its end before it was killed is there already.
      if verb == .clone, last.exitCode == 2, clone.has(".syncline/state.db") {
        last = try clone.run("pull", seconds: 120)
      } else {
        last = try run()
      }
    }
    #expect(codes.contains(last.exitCode), "\(last.words)")
    return last
  }
}

/// What is killed.
enum KillVerb: String, CaseIterable, CustomTestStringConvertible {
  case pull
  case push
  case sync
  case clone

  var testDescription: String { rawValue }
  var pulls: Bool { self != .push }
  var pushes: Bool { self == .push || self == .sync }
}

extension TreeListing {
  /// A folder with nothing in it.
  static var nothing: TreeListing {
    get throws {
      let empty = try TemporaryFolder()
      return try TreeListing(empty.path)
    }
  }
}
